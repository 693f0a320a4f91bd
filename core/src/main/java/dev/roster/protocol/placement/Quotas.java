package dev.roster.protocol.placement;

/**
 * How many keys each member should hold. All methods are pure, use integers only, and take members
 * in one canonical order: capacity, handicap, keys held and hash of member {@code m} stand at index
 * {@code m}.
 *
 * <p>The quotas add up to the number of keys, unless no member takes anything. Where a key is left
 * over after an even division, it goes to a member that already holds it if there is one, since
 * that moves nothing; only then do larger remainders and, last, smaller hashes decide. So the
 * quotas are those of all equally balanced ones that cost the fewest moves. The hash should depend
 * on the division as well as on the member: else the same members get the spare key of every
 * division.
 *
 * <p>The variants <i>with floor</i> give no member less than it holds: nothing that runs is moved,
 * and only keys that nobody holds are divided, so that the whole comes as near to the balance as
 * that allows.
 */
public final class Quotas {
    private Quotas() {}

    /**
     * Keys in proportion to capacity; capacity 0 takes nothing. Largest remainders (Hamilton's
     * method; Balinski and Young, "Fair Representation", 1982), so each quota is the exact share
     * rounded up or down. Capacities may be anything whose sum is at most 2^60.
     *
     * @param have the keys that each member holds now, for the fewest moves
     */
    public static int[] proportional(int keys, long[] capacity, int[] have, long[] memberHash) {
        check(keys, capacity.length, have, memberHash);
        return proportional(keys, capacity, new long[capacity.length], have, memberHash);
    }

    /**
     * As {@link #proportional}, but no member gets less than it holds, even if its capacity is 0.
     */
    public static int[] proportionalWithFloor(
            int keys, long[] capacity, int[] have, long[] memberHash) {
        check(keys, capacity.length, have, memberHash);
        return proportional(keys, capacity, floorOf(keys, have), have, memberHash);
    }

    /**
     * The member who stands lowest takes next: quotas with which {@code handicap + quota} is level
     * within one key among those that take anything. A handicap counts like keys already held;
     * {@link Long#MAX_VALUE} takes nothing.
     *
     * @param have the keys that each member holds now, for the fewest moves
     */
    public static int[] level(int keys, long[] handicap, int[] have, long[] memberHash) {
        check(keys, handicap.length, have, memberHash);
        return level(keys, handicap, new long[handicap.length], have, memberHash);
    }

    /** As {@link #level}, but no member gets less than it holds, even if it takes nothing more. */
    public static int[] levelWithFloor(int keys, long[] handicap, int[] have, long[] memberHash) {
        check(keys, handicap.length, have, memberHash);
        return level(keys, handicap, floorOf(keys, have), have, memberHash);
    }

    private static int[] proportional(
            int keys, long[] capacity, long[] floor, int[] have, long[] memberHash) {
        int members = capacity.length;
        int[] quota = new int[members];
        if (Wide.sum("capacity", capacity) == 0) {
            return narrow(floor);
        }
        Waterline line = Waterline.over(capacity, floor, keys);
        long[] remainder = new long[members];
        int spare = keys;
        for (int m = 0; m < members; m++) {
            long share = line.share(capacity[m]);
            quota[m] = (int) Math.max(floor[m], share);
            remainder[m] = floor[m] > share ? 0 : line.remainder(capacity[m]);
            spare -= quota[m];
        }
        return handOutSpare(quota, spare, remainder, have, memberHash);
    }

    private static int[] level(
            int keys, long[] handicap, long[] floor, int[] have, long[] memberHash) {
        int members = handicap.length;
        long lowest = Long.MAX_VALUE;
        long divided = keys;
        for (int m = 0; m < members; m++) {
            lowest = Math.min(lowest, handicap[m]);
            divided -= handicap[m] == Long.MAX_VALUE ? floor[m] : 0;
        }
        if (lowest == Long.MAX_VALUE) {
            return narrow(floor);
        }
        // Nobody stands more than `keys` above the lowest and still takes one, so larger gaps need
        // not be told apart.
        long[] gap = new long[members];
        for (int m = 0; m < members; m++) {
            long above = handicap[m] - lowest;
            boolean overflow = above < 0;
            gap[m] =
                    handicap[m] == Long.MAX_VALUE
                            ? Long.MAX_VALUE
                            : overflow ? keys : Math.min(above, keys);
        }
        long low = 0;
        long high = divided;
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (demand(middle, gap, floor) <= divided) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        int[] quota = new int[members];
        long[] remainder = new long[members];
        int spare = keys;
        for (int m = 0; m < members; m++) {
            boolean takes = gap[m] != Long.MAX_VALUE;
            quota[m] = (int) (takes ? Math.max(floor[m], low - gap[m]) : floor[m]);
            remainder[m] = takes && low - gap[m] >= floor[m] ? 1 : 0;
            spare -= quota[m];
        }
        return handOutSpare(quota, spare, remainder, have, memberHash);
    }

    /** The keys that are needed to lift every member that takes any to the level. */
    private static long demand(long level, long[] gap, long[] floor) {
        long keys = 0;
        for (int m = 0; m < gap.length; m++) {
            keys += gap[m] == Long.MAX_VALUE ? 0 : Math.max(floor[m], level - gap[m]);
        }
        return keys;
    }

    /**
     * Adds one key to {@code spare} of the members with a remainder, which are always more than
     * that.
     */
    private static int[] handOutSpare(
            int[] quota, int spare, long[] remainder, int[] have, long[] memberHash) {
        if (spare == 0) {
            return quota;
        }
        int[] candidates = new int[quota.length];
        int count = 0;
        for (int m = 0; m < quota.length; m++) {
            if (remainder[m] > 0) {
                candidates[count++] = m;
            }
        }
        if (spare < 0 || spare > count) {
            throw new AssertionError(spare + " spare keys for " + count + " members");
        }
        IndexSort.sort(
                candidates,
                count,
                (a, b) -> {
                    boolean aKeepsOne = have[a] > quota[a];
                    boolean bKeepsOne = have[b] > quota[b];
                    if (aKeepsOne != bKeepsOne) {
                        return aKeepsOne;
                    }
                    if (remainder[a] != remainder[b]) {
                        return remainder[a] > remainder[b];
                    }
                    return memberHash[a] < memberHash[b];
                });
        for (int i = 0; i < spare; i++) {
            quota[candidates[i]]++;
        }
        return quota;
    }

    private static long[] floorOf(int keys, int[] have) {
        long[] floor = new long[have.length];
        long held = 0;
        for (int m = 0; m < have.length; m++) {
            floor[m] = have[m];
            held += have[m];
        }
        if (held > keys) {
            throw new IllegalArgumentException("members hold " + held + " of " + keys + " keys");
        }
        return floor;
    }

    private static int[] narrow(long[] floor) {
        int[] quota = new int[floor.length];
        for (int m = 0; m < floor.length; m++) {
            quota[m] = (int) floor[m];
        }
        return quota;
    }

    private static void check(int keys, int members, int[] have, long[] memberHash) {
        if (keys < 0) {
            throw new IllegalArgumentException("negative number of keys: " + keys);
        }
        if (have.length != members || memberHash.length != members) {
            throw new IllegalArgumentException(
                    "arrays of "
                            + members
                            + ", "
                            + have.length
                            + " and "
                            + memberHash.length
                            + " members");
        }
    }
}
