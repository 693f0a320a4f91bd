package dev.roster.router;

/** How far a router's table can be trusted. */
public enum RouterState {
    /** The store was heard of within the last moments: what it told is in the table. */
    ACTIVE,
    /**
     * The store was not heard of for a while, or it is another one than the table is of: the last
     * table stays, and its age is told. Ends by itself.
     */
    STALE,
    /** The router or its store was closed: the last table stays for good. */
    CLOSED
}
