package dev.roster.protocol.jobs;

/** Why a job that runs has to stop. */
public enum StopCause {
    /** Its partition goes to another member, which goes on with it. */
    DRAIN,
    /** The partition is another's already: nothing that this attempt does counts any more. */
    LOST,
    /** It ran for longer than it may. */
    TIMEOUT,
    /** It was taken out of the queue. */
    CANCELLED
}
