package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QuotasTest {

    @Test
    void equal_members_differ_by_one_key_at_most() {
        int[] quota = proportional(10, 1, 1, 1);

        assertThat(quota).containsExactlyInAnyOrder(3, 3, 4);
    }

    @Test
    void keys_follow_capacity() {
        assertThat(proportional(100, 1, 2, 3, 4)).containsExactly(10, 20, 30, 40);
    }

    @Test
    void the_largest_remainder_gets_the_spare_key() {
        // Exact shares are 1.25, 2.5 and 1.25.
        assertThat(proportional(5, 1, 2, 1)).containsExactly(1, 3, 1);
    }

    @Test
    void whoever_holds_a_spare_key_keeps_it() {
        for (int holder = 0; holder < 4; holder++) {
            int[] have = {2, 2, 2, 2};
            have[holder] = 3;

            int[] quota = Quotas.proportional(9, Cases.equal(4), have, Cases.hashes(4));

            assertThat(quota).isEqualTo(have);
        }
    }

    @Test
    void members_of_different_divisions_get_the_spare_key() {
        int[] spareKeys = new int[5];
        for (int division = 0; division < 500; division++) {
            long[] hash = new long[5];
            long space = division;
            Arrays.setAll(hash, m -> StableHash.of(m, space));
            int[] quota = Quotas.proportional(1, Cases.equal(5), new int[5], hash);
            Arrays.setAll(spareKeys, m -> spareKeys[m] + quota[m]);
        }

        assertThat(spareKeys)
                .matches(counts -> Arrays.stream(counts).allMatch(c -> c > 70 && c < 130));
    }

    @Test
    void capacity_0_takes_nothing() {
        assertThat(proportional(7, 0, 5, 0)).containsExactly(0, 7, 0);
    }

    @Test
    void without_any_capacity_nobody_gets_a_key() {
        assertThat(proportional(7, 0, 0)).containsExactly(0, 0);
        assertThat(proportional(7)).isEmpty();
    }

    @Test
    void no_keys_are_no_quotas() {
        assertThat(proportional(0, 1, 5)).containsExactly(0, 0);
        assertThat(level(0, 1, 5)).containsExactly(0, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 1000, 1L << 40, 1L << 50})
    void each_quota_is_the_exact_share_rounded_up_or_down(long below) {
        var random = new SplittableRandom(below);
        for (int round = 0; round < 300; round++) {
            int members = 1 + random.nextInt(30);
            int keys = random.nextInt(1 << random.nextInt(1, 25));
            long[] capacity = Cases.anyAmounts(random, members, below + 1);
            capacity[random.nextInt(members)]++;
            int[] have = StickyQuotaFill.held(Cases.anyPlacement(random, 50, members), members);

            int[] quota = Quotas.proportional(keys, capacity, have, Cases.hashes(members));

            assertThat(Cases.sum(quota)).isEqualTo(keys);
            for (int m = 0; m < members; m++) {
                expectRounded(quota[m], keys, capacity[m], Arrays.stream(capacity).sum());
            }
        }
    }

    private static void expectRounded(int quota, int keys, long capacity, long total) {
        BigInteger product = BigInteger.valueOf(keys).multiply(BigInteger.valueOf(capacity));
        BigInteger[] exact = product.divideAndRemainder(BigInteger.valueOf(total));
        int floor = exact[0].intValueExact();
        assertThat(quota).isBetween(floor, floor + exact[1].signum());
    }

    @Test
    void level_lifts_the_lowest_first() {
        assertThat(level(6, 0, 4, 10)).containsExactly(5, 1, 0);
    }

    @Test
    void level_counts_handicaps_and_not_what_is_held() {
        int[] quota = Quotas.level(9, new long[] {0, 0, 0}, new int[] {9, 0, 0}, Cases.hashes(3));

        assertThat(quota).containsExactly(3, 3, 3);
    }

    @Test
    void the_greatest_handicap_takes_nothing() {
        assertThat(level(9, Long.MAX_VALUE, 3, Long.MAX_VALUE)).containsExactly(0, 9, 0);
        assertThat(level(9, Long.MAX_VALUE, Long.MAX_VALUE)).containsExactly(0, 0);
        assertThat(level(9)).isEmpty();
    }

    @Test
    void handicaps_may_be_as_far_apart_as_they_can() {
        assertThat(level(9, Long.MIN_VALUE, Long.MAX_VALUE - 1)).containsExactly(9, 0);
        assertThat(level(9, Long.MAX_VALUE - 1, Long.MAX_VALUE - 1, Long.MAX_VALUE - 1))
                .containsExactly(3, 3, 3);
    }

    @Test
    void whoever_takes_any_keys_stands_level_within_one() {
        var random = new SplittableRandom(3);
        for (int round = 0; round < 500; round++) {
            int members = 1 + random.nextInt(20);
            int keys = random.nextInt(300);
            long[] handicap = Cases.anyAmounts(random, members, 40);
            int[] have = StickyQuotaFill.held(Cases.anyPlacement(random, 50, members), members);

            int[] quota = Quotas.level(keys, handicap, have, Cases.hashes(members));

            assertThat(Cases.sum(quota)).isEqualTo(keys);
            long highest = 0;
            for (int m = 0; m < members; m++) {
                highest = Math.max(highest, quota[m] == 0 ? 0 : handicap[m] + quota[m]);
            }
            for (int m = 0; m < members; m++) {
                assertThat(handicap[m] + quota[m]).isGreaterThanOrEqualTo(highest - 1);
            }
        }
    }

    @Test
    void amounts_out_of_range_are_refused() {
        assertThatThrownBy(() -> proportional(-1, 1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> proportional(1, -5)).hasMessageContaining("negative capacity: -5");
        assertThatThrownBy(() -> proportional(1, 1L << 60, 1)).hasMessageContaining("2^60");
        assertThatThrownBy(() -> Quotas.level(1, new long[2], new int[1], new long[2]))
                .hasMessageContaining("2, 1 and 2 members");
    }

    private static int[] proportional(int keys, long... capacity) {
        int members = capacity.length;
        return Quotas.proportional(keys, capacity, new int[members], Cases.hashes(members));
    }

    private static int[] level(int keys, long... handicap) {
        int members = handicap.length;
        return Quotas.level(keys, handicap, new int[members], Cases.hashes(members));
    }
}
