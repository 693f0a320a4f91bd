package dev.roster.protocol.jobs;

/** The shelves of a queue, as jobs use them. */
public enum Ledger {
    /** Jobs that are to be done. */
    WORK,
    /** What running jobs saved, and what is known of a partition. */
    PROGRESS,
    /** Jobs that were given up. */
    DEAD,
    /** Word of jobs that ended. */
    DONE,
    /** Ids and unique keys that are taken. */
    UNIQUE,
    /** Submits that were applied. */
    TICKET
}
