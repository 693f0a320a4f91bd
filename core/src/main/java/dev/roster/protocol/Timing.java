package dev.roster.protocol;

/**
 * The times of a group, all derived from its lease. A holder stops acting {@link #validityNanos}
 * after it <em>sent</em> its last beat that succeeded; nobody takes over before {@link
 * #takeoverNanos} after it <em>saw</em> that beat, unchanged since. The first is shorter than the
 * second by more than two clocks can drift apart. (The shape is Gray and Cheriton's, "Leases",
 * 1989.)
 *
 * @param leaseNanos the lease
 * @param driftPerMille by how much the rate of a clock may be wrong, in thousandths
 */
public record Timing(long leaseNanos, int driftPerMille) {
    /** The drift that is allowed for unless told otherwise: one per cent. */
    public static final int DRIFT_PER_MILLE = 10;

    /** The shortest lease: below it, ordinary pauses of a JVM would cost members their place. */
    public static final long MIN_LEASE_NANOS = millis(1000);

    /** The longest lease. */
    public static final long MAX_LEASE_NANOS = millis(3_600_000);

    /** Two seconds, which is how late a quiet commit may be told, are small against this. */
    private static final long QUIET_LEASE_NANOS = millis(15_000);

    private static final long MARGIN_NANOS = millis(250);

    public Timing {
        if (leaseNanos < MIN_LEASE_NANOS || leaseNanos > MAX_LEASE_NANOS) {
            throw new IllegalArgumentException(
                    "A lease is 1 second to 1 hour; this one is %d ms."
                            .formatted(leaseNanos / 1_000_000));
        }
    }

    /** How often a member raises its beat. */
    public long renewNanos() {
        return leaseNanos / 3;
    }

    /**
     * Whether beats may be told late: what an observer counts from begins later then, and so does a
     * takeover. They may be if that is a small part of the lease.
     */
    public boolean areBeatsQuiet() {
        return leaseNanos >= QUIET_LEASE_NANOS;
    }

    /** How long a member may act, from when it sent its last beat that succeeded. */
    public long validityNanos() {
        return leaseNanos / 1000 * (1000 - 2 * driftPerMille) - MARGIN_NANOS;
    }

    /** How long a beat must be seen unchanged before its member may be evicted. */
    public long takeoverNanos() {
        return leaseNanos / 1000 * (1000 + driftPerMille);
    }

    /** How long to wait after a member's tie broke: its children need a moment to be ended, too. */
    public long tieGraceNanos() {
        return millis(250);
    }

    /** How long the second in rank leaves a duty to the first, the third to the second. */
    public long standbyNanos() {
        return Math.max(millis(200), leaseNanos / 10);
    }

    /** How long without an event makes a pause, after which a beat must succeed before acting. */
    public long pauseNanos() {
        return millis(1000);
    }

    /** The longest that the machine is left without an event. */
    public long tickNanos() {
        return millis(250);
    }

    /** How long after a failure a commit is tried again. */
    public long retryNanos() {
        return Math.min(millis(200), leaseNanos / 20);
    }

    /** The least time between two changes of the view, and between two rebalances. */
    public long settleNanos() {
        return millis(500);
    }

    /** {@code millis} in nanoseconds. */
    public static long millis(long millis) {
        return millis * 1_000_000;
    }
}
