package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AvoidedMembersTest {
    private static final int NOBODY = StickyQuotaFill.NOBODY;

    @Test
    void a_key_given_back_goes_to_another_member() {
        for (int givenBack = 0; givenBack < 12; givenBack++) {
            int[] before = Cases.planEqually(Cases.nobody(12), 4);
            int[] avoid = Cases.nobody(12);
            avoid[givenBack] = before[givenBack];

            int[] after = plan(before, avoid, Cases.equal(4));

            assertThat(after[givenBack]).isNotEqualTo(before[givenBack]);
            after[givenBack] = before[givenBack];
            assertThat(after).isEqualTo(before);
        }
    }

    @Test
    void it_goes_back_if_there_is_no_other_member() {
        int[] avoid = {NOBODY, 0, NOBODY};

        assertThat(plan(new int[3], avoid, new long[] {1})).containsExactly(0, 0, 0);
        assertThat(plan(new int[3], avoid, new long[] {1, 0})).containsExactly(0, 0, 0);
    }

    @Test
    void another_key_that_moves_anyway_changes_places_with_it() {
        // One key is new, one was given back by member 0; each member has room for one.
        int[] previous = {0, 0, 1, 1, NOBODY, 0};
        int[] avoid = {NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, 0};

        int[] after = StickyQuotaFill.assign(previous, new int[] {3, 3}, avoid, 1);

        assertThat(after).containsExactly(0, 0, 1, 1, 0, 1);
    }

    @Test
    void many_keys_given_back_are_dealt_to_all_others() {
        int[] before = new int[400];
        Arrays.setAll(before, k -> k / 100);
        int[] avoid = Cases.nobody(400);
        Arrays.fill(avoid, 0, 30, 0);

        int[] after = plan(before, avoid, Cases.equal(4));

        assertThat(StickyQuotaFill.held(after, 4)).containsExactly(70, 110, 110, 110);
        assertThat(Cases.moves(before, after)).isEqualTo(30);
    }

    @Test
    void nothing_to_avoid_changes_nothing() {
        int[] before = Cases.planEqually(Cases.nobody(100), 4);
        int[] quota = {30, 30, 20, 20};
        int[] expected = StickyQuotaFill.assign(before, quota, 1);

        assertThat(StickyQuotaFill.assign(before, quota, null, 1)).isEqualTo(expected);
        assertThat(StickyQuotaFill.assign(before, quota, Cases.nobody(100), 1)).isEqualTo(expected);
        assertThat(StickyQuotaFill.held(before, null, 4)).containsOnly(25);
    }

    @Test
    void keys_are_stuck_only_if_no_placement_of_those_that_move_could_help() {
        var random = new SplittableRandom(9);
        for (int round = 0; round < 3000; round++) {
            int members = 1 + random.nextInt(5);
            int keys = random.nextInt(30);
            int[] previous = Cases.anyPlacement(random, keys, members);
            int[] avoid = Cases.anyPlacement(random, keys, members);
            long[] capacity = Cases.anyAmounts(random, members, 4);
            capacity[0]++;
            int[] have = StickyQuotaFill.held(previous, avoid, members);
            int[] quota = Quotas.proportional(keys, capacity, have, Cases.hashes(members));

            expectBest(
                    previous,
                    avoid,
                    quota,
                    StickyQuotaFill.assign(previous, quota, avoid, round),
                    round);
        }
    }

    private static void expectBest(
            int[] previous, int[] avoid, int[] quota, int[] next, long seed) {
        int[] start = previous.clone();
        Arrays.setAll(start, k -> previous[k] == avoid[k] ? NOBODY : previous[k]);
        int[] careless = StickyQuotaFill.assign(start, quota, seed);
        int members = quota.length;
        int[] kept = new int[members];
        int[] averse = new int[members];
        int pool = 0;
        for (int k = 0; k < start.length; k++) {
            if (start[k] == careless[k]) {
                kept[start[k]]++;
                assertThat(next[k]).isEqualTo(start[k]);
            } else {
                pool++;
                if (avoid[k] != NOBODY) {
                    averse[avoid[k]]++;
                }
            }
        }
        int stuck = 0;
        for (int m = 0; m < members; m++) {
            int roomElsewhere = pool - (quota[m] - kept[m]);
            stuck = Math.max(stuck, averse[m] - roomElsewhere);
        }
        long over = 0;
        int[] held = StickyQuotaFill.held(next, members);
        for (int m = 0; m < members; m++) {
            over += Math.max(0, held[m] - quota[m]);
        }
        long onAvoided = 0;
        int others = 0;
        for (int k = 0; k < next.length; k++) {
            onAvoided += next[k] == avoid[k] ? 1 : 0;
        }
        for (int q : quota) {
            others += q > 0 ? 1 : 0;
        }
        assertThat(next).doesNotContain(NOBODY);
        assertThat(over + onAvoided).isEqualTo(stuck);
        if (others > 1) {
            assertThat(onAvoided).isZero();
        }
    }

    private static int[] plan(int[] previous, int[] avoid, long[] capacity) {
        int members = capacity.length;
        int[] have = StickyQuotaFill.held(previous, avoid, members);
        int[] quota = Quotas.proportional(previous.length, capacity, have, Cases.hashes(members));
        return StickyQuotaFill.assign(previous, quota, avoid, Cases.SEED);
    }
}
