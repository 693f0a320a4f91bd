package dev.roster.sql;

/** What an acknowledged commit survives, in SQLite's words. */
public enum Synchronous {
    /** Every commit is forced to the disk: it survives a loss of power. */
    FULL,
    /** A commit survives the process's end; a loss of power may take the last ones. */
    NORMAL
}
