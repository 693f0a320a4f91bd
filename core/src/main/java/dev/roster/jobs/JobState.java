package dev.roster.jobs;

/** Where a job is on its way. */
public enum JobState {
    /** It waits, for its time or its turn, or runs. */
    WAITING,
    /** It was given up, and is kept as a dead letter. */
    DEAD,
    /** It is done. */
    DONE,
    /** It was cancelled. */
    CANCELLED,
    /** It was too late to begin. */
    EXPIRED
}
