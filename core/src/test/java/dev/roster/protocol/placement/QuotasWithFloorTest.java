package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class QuotasWithFloorTest {

    @Test
    void a_member_that_joins_gets_only_what_nobody_holds() {
        assertThat(proportional(10, new int[] {5, 5, 0}, 1, 1, 1)).containsExactly(5, 5, 0);
        assertThat(proportional(12, new int[] {5, 5, 0}, 1, 1, 1)).containsExactly(5, 5, 2);
        assertThat(level(12, new int[] {5, 5, 0}, 0, 0, 0)).containsExactly(5, 5, 2);
    }

    @Test
    void a_member_that_wants_nothing_more_keeps_what_it_has() {
        assertThat(proportional(10, new int[] {3, 3, 0}, 0, 1, 1)).containsExactly(3, 4, 3);
        assertThat(level(10, new int[] {3, 3, 0}, Long.MAX_VALUE, 0, 0)).containsExactly(3, 4, 3);
    }

    @Test
    void if_nobody_takes_any_all_keep_what_they_have() {
        assertThat(proportional(10, new int[] {3, 1}, 0, 0)).containsExactly(3, 1);
        assertThat(level(10, new int[] {3, 1}, Long.MAX_VALUE, Long.MAX_VALUE))
                .containsExactly(3, 1);
    }

    @Test
    void a_changed_affinity_moves_nothing_but_decides_who_takes_next() {
        assertThat(level(9, new int[] {4, 4, 0}, 100, 0, 0)).containsExactly(4, 4, 1);
        assertThat(level(12, new int[] {4, 4, 0}, 0, 100, 2)).containsExactly(5, 4, 3);
    }

    @Test
    void more_held_than_there_is_is_refused() {
        assertThatThrownBy(() -> proportional(5, new int[] {3, 3}, 1, 1))
                .hasMessage("members hold 6 of 5 keys");
    }

    @Test
    void nothing_could_be_given_to_a_more_deserving_member() {
        var random = new SplittableRandom(11);
        for (int round = 0; round < 1000; round++) {
            int members = 1 + random.nextInt(12);
            long[] capacity = Cases.anyAmounts(random, members, 9);
            capacity[0] = random.nextLong(1, 6);
            int[] have = StickyQuotaFill.held(Cases.anyPlacement(random, 60, members), members);
            int keys = (int) Cases.sum(have) + random.nextInt(60);

            int[] quota = proportional(keys, have, capacity);

            assertThat(Cases.sum(quota)).isEqualTo(keys);
            expectFair(have, capacity, quota);
        }
    }

    /**
     * Nobody took a key that leaves it higher than another would be, by one key of rounding at
     * most.
     */
    private static void expectFair(int[] have, long[] capacity, int[] quota) {
        for (int taker = 0; taker < quota.length; taker++) {
            assertThat(quota[taker]).isGreaterThanOrEqualTo(have[taker]);
            if (quota[taker] == have[taker]) {
                continue;
            }
            assertThat(capacity[taker]).isPositive();
            for (int other = 0; other < quota.length; other++) {
                if (capacity[other] > 0) {
                    assertThat((quota[taker] - 1) * capacity[other])
                            .isLessThanOrEqualTo((quota[other] + 1) * capacity[taker]);
                }
            }
        }
    }

    @Test
    void levels_with_a_floor_are_those_of_dealing_one_key_after_the_other() {
        var random = new SplittableRandom(12);
        for (int round = 0; round < 1000; round++) {
            int members = 1 + random.nextInt(12);
            long[] handicap = Cases.anyAmounts(random, members, 30);
            int[] have = StickyQuotaFill.held(Cases.anyPlacement(random, 60, members), members);
            int orphans = random.nextInt(60);

            int[] quota = level((int) Cases.sum(have) + orphans, have, handicap);

            assertThat(sortedHeights(quota, handicap))
                    .isEqualTo(sortedHeights(dealt(orphans, have, handicap), handicap));
        }
    }

    private static int[] dealt(int orphans, int[] have, long[] handicap) {
        int[] quota = have.clone();
        for (int i = 0; i < orphans; i++) {
            int lowest = 0;
            for (int m = 1; m < quota.length; m++) {
                if (quota[m] + handicap[m] < quota[lowest] + handicap[lowest]) {
                    lowest = m;
                }
            }
            quota[lowest]++;
        }
        return quota;
    }

    private static long[] sortedHeights(int[] quota, long[] handicap) {
        long[] height = handicap.clone();
        Arrays.setAll(height, m -> handicap[m] + quota[m]);
        Arrays.sort(height);
        return height;
    }

    private static int[] proportional(int keys, int[] have, long... capacity) {
        return Quotas.proportionalWithFloor(keys, capacity, have, Cases.hashes(capacity.length));
    }

    private static int[] level(int keys, int[] have, long... handicap) {
        return Quotas.levelWithFloor(keys, handicap, have, Cases.hashes(handicap.length));
    }
}
