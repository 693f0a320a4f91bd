package dev.roster.protocol.placement;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Inputs for tests: members with hashes, capacities, and placements drawn from a seed. */
final class Cases {
    static final long SEED = 42;

    private Cases() {}

    static long[] hashes(int members) {
        long[] hash = new long[members];
        Arrays.setAll(hash, m -> StableHash.of(m, SEED));
        return hash;
    }

    static long[] equal(int members) {
        long[] capacity = new long[members];
        Arrays.fill(capacity, 1);
        return capacity;
    }

    static int[] nobody(int keys) {
        int[] placement = new int[keys];
        Arrays.fill(placement, StickyQuotaFill.NOBODY);
        return placement;
    }

    /** Any placement, however uneven, with about a quarter of the keys without a member. */
    static int[] anyPlacement(SplittableRandom random, int keys, int members) {
        int[] placement = new int[keys];
        int favourite = members == 0 ? 0 : random.nextInt(members);
        for (int k = 0; k < keys; k++) {
            placement[k] =
                    members == 0
                            ? -1
                            : switch (random.nextInt(4)) {
                                case 0 -> StickyQuotaFill.NOBODY;
                                case 1 -> favourite;
                                default -> random.nextInt(members);
                            };
        }
        return placement;
    }

    static long[] anyAmounts(SplittableRandom random, int members, long below) {
        long[] amounts = new long[members];
        Arrays.setAll(amounts, m -> random.nextInt(5) == 0 ? 0 : random.nextLong(below));
        return amounts;
    }

    /** The next placement in proportion to capacity. */
    static int[] plan(int[] previous, long... capacity) {
        int[] have = StickyQuotaFill.held(previous, capacity.length);
        int[] quota = Quotas.proportional(previous.length, capacity, have, hashes(capacity.length));
        return StickyQuotaFill.assign(previous, quota, SEED);
    }

    static int[] planEqually(int[] previous, int members) {
        return plan(previous, equal(members));
    }

    /**
     * The placement as it is found when a member has gone; the other members keep their indices.
     */
    static int[] without(int[] placement, int gone) {
        int[] left = placement.clone();
        Arrays.setAll(left, k -> placement[k] == gone ? StickyQuotaFill.NOBODY : placement[k]);
        return left;
    }

    static int moves(int[] previous, int[] next) {
        int moves = 0;
        for (int k = 0; k < next.length; k++) {
            moves += previous[k] == next[k] ? 0 : 1;
        }
        return moves;
    }

    static long sum(int[] amounts) {
        return Arrays.stream(amounts).asLongStream().sum();
    }
}
