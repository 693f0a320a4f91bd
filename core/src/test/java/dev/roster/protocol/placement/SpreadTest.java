package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Where the keys that move come from and go to. */
final class SpreadTest {

    @Test
    void a_lost_member_s_keys_go_to_all_survivors() {
        int members = 20;
        for (int gone = 0; gone < members; gone++) {
            int[] before = Cases.planEqually(Cases.nobody(10_000), members);
            int[] left = Cases.without(before, gone);
            long[] capacity = Cases.equal(members);
            capacity[gone] = 0;

            int[] received = received(left, Cases.plan(left, capacity), members);

            double mean = 500.0 / (members - 1);
            for (int m = 0; m < members; m++) {
                if (m != gone) {
                    assertThat((double) received[m]).isBetween(mean / 2, mean * 2);
                }
            }
        }
    }

    @Test
    void each_stretch_of_a_lost_member_s_keys_goes_to_many_survivors() {
        int members = 11;
        int[] left = new int[5000];
        Arrays.setAll(left, k -> k < 500 ? StickyQuotaFill.NOBODY : k % 10);
        long[] capacity = Cases.equal(members);
        capacity[10] = 0;

        int[] after = Cases.plan(left, capacity);

        for (int from = 0; from < 500; from += 100) {
            int[] stretch = Arrays.copyOfRange(after, from, from + 100);
            assertThat(StickyQuotaFill.held(stretch, 10))
                    .as("keys %d to %d", from, from + 99)
                    .matches(counts -> Arrays.stream(counts).allMatch(c -> c > 0 && c < 25));
        }
    }

    @Test
    void keys_given_up_lie_evenly_over_those_held() {
        int[] before = new int[1000];

        int[] after = Cases.plan(before, 3, 1);

        for (int from = 0; from < 1000; from += 100) {
            int[] stretch = Arrays.copyOfRange(after, from, from + 100);
            assertThat(Arrays.stream(stretch).sum()).isEqualTo(25);
        }
    }

    @Test
    void a_member_that_joins_takes_keys_from_everywhere() {
        int[] before = Cases.planEqually(Cases.nobody(100_000), 100);
        long[] capacity = Cases.equal(101);

        int[] after = Cases.plan(before, capacity);

        for (int from = 0; from < 100_000; from += 10_000) {
            int[] stretch = Arrays.copyOfRange(after, from, from + 10_000);
            assertThat(StickyQuotaFill.held(stretch, 101)[100]).isBetween(60, 140);
        }
    }

    @Test
    void divisions_with_other_seeds_are_placed_otherwise() {
        int[] quota = new int[10];
        Arrays.fill(quota, 100);
        int[] one = StickyQuotaFill.assign(Cases.nobody(1000), quota, 1);
        int[] other = StickyQuotaFill.assign(Cases.nobody(1000), quota, 2);

        assertThat(Cases.moves(one, other)).isBetween(850, 950);
    }

    private static int[] received(int[] before, int[] after, int members) {
        int[] received = new int[members];
        for (int k = 0; k < after.length; k++) {
            if (before[k] != after[k]) {
                received[after[k]]++;
            }
        }
        return received;
    }
}
