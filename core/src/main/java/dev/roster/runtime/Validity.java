package dev.roster.runtime;

/**
 * Until when a member may act. One word that the event loop writes and every caller reads; no lock,
 * no I/O, no allocation.
 */
public final class Validity {
    /** By {@link System#nanoTime}; compared by difference, as that clock wants it. */
    private volatile long untilNanoTime = System.nanoTime();

    /** The same, should the event loop stand still from now on. */
    private volatile long leaseEndNanoTime = System.nanoTime();

    /** Whether the member may act now. */
    public boolean holds() {
        return System.nanoTime() - untilNanoTime < 0;
    }

    /** How much longer it may act as things stand, in nanoseconds; 0 or less: not any more. */
    public long remainingNanos() {
        return untilNanoTime - System.nanoTime();
    }

    /** How much longer it may act if no further beat succeeds, by what its lease allows. */
    public long leaseLeftNanos() {
        return leaseEndNanoTime - System.nanoTime();
    }

    void until(long nanoTime, long leaseEnd) {
        untilNanoTime = nanoTime;
        leaseEndNanoTime = leaseEnd;
    }
}
