package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class StickyQuotaFillTest {

    @Test
    void a_balanced_placement_stays_as_it_is() {
        int[] placement = Cases.planEqually(Cases.nobody(1000), 7);

        assertThat(Cases.planEqually(placement, 7)).isEqualTo(placement);
    }

    @Test
    void a_member_that_joins_takes_its_share_and_nothing_else_moves() {
        for (int members = 1; members < 40; members++) {
            int keys = 1000;
            int[] before = Cases.planEqually(Cases.nobody(keys), members);

            int[] after = Cases.planEqually(before, members + 1);

            int joined = members;
            int received = StickyQuotaFill.held(after, members + 1)[joined];
            assertThat(received).isBetween(keys / (members + 1), ceilDiv(keys, members + 1));
            assertThat(Cases.moves(before, after)).isEqualTo(received);
        }
    }

    @Test
    void when_a_member_leaves_exactly_what_it_held_moves() {
        for (int members = 2; members < 40; members++) {
            int[] before = Cases.planEqually(Cases.nobody(1000), members);
            int gone = members / 2;
            int[] left = Cases.without(before, gone);
            long[] capacity = Cases.equal(members);
            capacity[gone] = 0;

            int[] after = Cases.plan(left, capacity);

            assertThat(Cases.moves(before, after))
                    .isEqualTo(StickyQuotaFill.held(before, members)[gone]);
            assertThat(spreadOfOthers(after, members, gone)).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void a_member_that_drains_gives_everything_to_the_others() {
        int[] before = Cases.plan(Cases.nobody(100), 1, 1, 2);

        int[] after = Cases.plan(before, 1, 1, 0);

        assertThat(StickyQuotaFill.held(after, 3)).containsExactly(50, 50, 0);
        assertThat(Cases.moves(before, after)).isEqualTo(50);
    }

    @Test
    void through_any_history_each_change_moves_as_little_as_possible() {
        for (int seed = 0; seed < 40; seed++) {
            var random = new SplittableRandom(seed);
            int members = 8;
            long[] capacity = Cases.anyAmounts(random, members, 5);
            int[] placement = Cases.nobody(random.nextInt(500));
            for (int change = 0; change < 30; change++) {
                int changed = random.nextInt(members);
                boolean crashed = random.nextBoolean();
                capacity[changed] = crashed ? 0 : random.nextInt(5);
                int[] found = crashed ? Cases.without(placement, changed) : placement;
                int[] have = StickyQuotaFill.held(found, members);
                int[] quota =
                        Quotas.proportional(found.length, capacity, have, Cases.hashes(members));

                placement = StickyQuotaFill.assign(found, quota, random.nextLong());

                assertThat(StickyQuotaFill.held(placement, members)).isEqualTo(quota);
                assertThat(Cases.moves(found, placement))
                        .isEqualTo(surplusAndOrphans(found, quota));
            }
        }
    }

    private static int surplusAndOrphans(int[] placement, int[] quota) {
        int[] have = StickyQuotaFill.held(placement, quota.length);
        long moves = placement.length - Cases.sum(have);
        if (Cases.sum(quota) == 0) {
            moves = 0;
        }
        for (int m = 0; m < quota.length; m++) {
            moves += Math.max(0, have[m] - quota[m]);
        }
        return (int) moves;
    }

    @Test
    void without_members_no_key_has_one() {
        assertThat(StickyQuotaFill.assign(Cases.nobody(3), new int[0], 1)).containsOnly(-1);
        assertThat(StickyQuotaFill.held(Cases.nobody(3), 0)).isEmpty();
    }

    @Test
    void without_keys_there_is_nothing_to_place() {
        assertThat(StickyQuotaFill.assign(new int[0], new int[] {0, 0}, 1)).isEmpty();
    }

    @Test
    void one_member_has_all() {
        assertThat(Cases.planEqually(Cases.nobody(50), 1)).containsOnly(0);
    }

    @Test
    void quotas_that_are_too_small_leave_keys_without_a_member() {
        int[] next = StickyQuotaFill.assign(new int[] {0, 0, 0, -1, -1}, new int[] {1, 2}, 1);

        assertThat(StickyQuotaFill.held(next, 2)).containsExactly(1, 2);
    }

    @Test
    void quotas_that_are_larger_than_needed_are_not_exceeded() {
        int[] next = StickyQuotaFill.assign(Cases.nobody(100), new int[] {60, 60, 3}, 1);

        int[] held = StickyQuotaFill.held(next, 3);
        assertThat(Cases.sum(held)).isEqualTo(100);
        assertThat(held[0]).isLessThanOrEqualTo(60);
        assertThat(held[1]).isLessThanOrEqualTo(60);
        assertThat(held[2]).isLessThanOrEqualTo(3);
    }

    @Test
    void the_placement_found_is_not_changed() {
        int[] previous = {0, 0, 0, 0, -1};

        StickyQuotaFill.assign(previous, new int[] {2, 3}, 1);

        assertThat(previous).containsExactly(0, 0, 0, 0, -1);
    }

    @Test
    void members_that_do_not_exist_and_negative_quotas_are_refused() {
        assertThatThrownBy(() -> StickyQuotaFill.assign(new int[] {2}, new int[] {1, 0}, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> StickyQuotaFill.assign(new int[] {-2}, new int[] {1, 0}, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> StickyQuotaFill.assign(new int[1], new int[] {-1, 2}, 1))
                .hasMessage("negative quota -1 of member 0");
    }

    private static int spreadOfOthers(int[] placement, int members, int gone) {
        int[] held = StickyQuotaFill.held(placement, members);
        int most = 0;
        int fewest = placement.length;
        for (int m = 0; m < members; m++) {
            if (m != gone) {
                most = Math.max(most, held[m]);
                fewest = Math.min(fewest, held[m]);
            }
        }
        return most - fewest;
    }

    private static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }
}
