package dev.roster;

/**
 * How reluctant a member is to take more work: lower takes more. Under {@link
 * dev.roster.Affinity.Policy#LEVEL} one unit weighs as much as one key already held; under {@link
 * Policy#PROPORTIONAL} a member's share is in inverse proportion to its affinity.
 */
public final class Affinity {
    /** What a member has that says nothing. */
    public static final long DEFAULT = 1000;

    /** Takes nothing new. What the member has stays with it until it gives it up. */
    public static final long NONE = Long.MAX_VALUE;

    /** The largest affinity short of {@link #NONE}. */
    public static final long MOST = 1L << 40;

    private Affinity() {}

    /** How affinities become shares. */
    public enum Policy {
        /** A key goes to the member with the least sum of affinity and keys held. */
        LEVEL,
        /** A member's share of the keys is in inverse proportion to its affinity. */
        PROPORTIONAL
    }

    /** Returns {@code affinity}, or says why it cannot be one. */
    public static long checked(long affinity) {
        if (affinity != NONE && (affinity < 0 || affinity > MOST)) {
            throw new IllegalArgumentException(
                    "An affinity is 0 to %d, or Affinity.NONE; this one is %d."
                            .formatted(MOST, affinity));
        }
        return affinity;
    }
}
