package dev.roster.testkit.simulation;

/** A process's clock: an origin of its own, and a rate that is a little wrong. */
final class MemberClock {
    private static final long MILLION = 1_000_000;

    private final long origin;
    private final long rate;

    /**
     * A clock.
     *
     * @param partsPerMillion by how much it is fast
     */
    MemberClock(long origin, long partsPerMillion) {
        this.origin = origin;
        this.rate = MILLION + partsPerMillion;
    }

    /** What it shows at a true time. */
    long local(long trueNanos) {
        return origin + scaled(trueNanos, rate, MILLION);
    }

    /** The true time at which it shows this. */
    long trueTime(long localNanos) {
        return scaled(localNanos - origin, MILLION, rate);
    }

    private static long scaled(long nanos, long by, long per) {
        return nanos / per * by + nanos % per * by / per;
    }
}
