package dev.roster.division;

/** Why work on a key has to stop. */
public enum StopReason {
    /** The key goes to another member. */
    MOVED,
    /** The key was removed. */
    REMOVED,
    /** This member gives up everything: it flushes or leaves. */
    LEAVING,
    /** The ownership is over already: the lease ran out, or the member was evicted. */
    LOST
}
