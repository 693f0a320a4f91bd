package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Compares with every placement there is, where there are few enough to look at all. */
final class FewestMovesTest {

    @Test
    void no_balanced_placement_moves_fewer_keys() {
        var random = new SplittableRandom(5);
        for (int round = 0; round < 400; round++) {
            int members = 1 + random.nextInt(4);
            int keys = random.nextInt(members == 4 ? 7 : 9);
            long[] capacity = Cases.anyAmounts(random, members, 4);
            capacity[random.nextInt(members)] = random.nextLong(1, 4);
            int[] previous = Cases.anyPlacement(random, keys, members);

            int[] next = Cases.plan(previous, capacity);

            assertThat(Cases.moves(previous, next)).isEqualTo(fewestMoves(previous, capacity));
        }
    }

    @Test
    void no_level_placement_moves_fewer_keys() {
        var random = new SplittableRandom(6);
        for (int round = 0; round < 400; round++) {
            int members = 1 + random.nextInt(4);
            int keys = random.nextInt(7);
            long[] handicap = Cases.anyAmounts(random, members, 6);
            int[] previous = Cases.anyPlacement(random, keys, members);
            int[] have = StickyQuotaFill.held(previous, members);
            int[] quota = Quotas.level(keys, handicap, have, Cases.hashes(members));

            int[] next = StickyQuotaFill.assign(previous, quota, round);

            assertThat(Cases.moves(previous, next)).isEqualTo(fewestLevelMoves(previous, handicap));
        }
    }

    private static int fewestMoves(int[] previous, long[] capacity) {
        long total = Arrays.stream(capacity).sum();
        return fewest(
                previous,
                capacity.length,
                held -> {
                    for (int m = 0; m < held.length; m++) {
                        // Less than one key away from the exact share.
                        long distance = Math.abs(held[m] * total - previous.length * capacity[m]);
                        if (distance >= total) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static int fewestLevelMoves(int[] previous, long[] handicap) {
        return fewest(
                previous,
                handicap.length,
                held -> {
                    for (int a = 0; a < held.length; a++) {
                        for (int b = 0; b < held.length; b++) {
                            if (held[a] > 0 && handicap[a] + held[a] > handicap[b] + held[b] + 1) {
                                return false;
                            }
                        }
                    }
                    return true;
                });
    }

    private interface Condition {
        boolean holds(int[] held);
    }

    private static int fewest(int[] previous, int members, Condition balanced) {
        int[] next = new int[previous.length];
        int fewest = Integer.MAX_VALUE;
        do {
            if (balanced.holds(StickyQuotaFill.held(next, members))) {
                fewest = Math.min(fewest, Cases.moves(previous, next));
            }
        } while (advance(next, members));
        return fewest;
    }

    /** Counts up in the number system with as many digits as there are members. */
    private static boolean advance(int[] digits, int base) {
        for (int i = 0; i < digits.length; i++) {
            digits[i]++;
            if (digits[i] < base) {
                return true;
            }
            digits[i] = 0;
        }
        return false;
    }
}
