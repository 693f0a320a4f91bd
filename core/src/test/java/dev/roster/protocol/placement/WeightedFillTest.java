package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WeightedFillTest {
    private static final WeightedFill.Policy DEFAULT = WeightedFill.Policy.DEFAULT;

    @Test
    void equal_weights_are_placed_evenly() {
        long[] load = WeightedCase.fromNothing(Cases.equal(10_000), Cases.equal(10)).load();

        assertThat(load).containsOnly(1000);
    }

    @Test
    void load_follows_capacity() {
        var random = new SplittableRandom(1);
        long[] weight = WeightedCase.uniform(random, 20_000);
        long ideal = Arrays.stream(weight).sum() / 10;

        long[] load = WeightedCase.fromNothing(weight, new long[] {1, 2, 3, 4}).load();

        for (int m = 0; m < 4; m++) {
            assertThat(load[m]).isBetween(ideal * (m + 1) - 1000, ideal * (m + 1) + 1000);
        }
    }

    @Test
    void a_balanced_placement_stays_as_it_is() {
        var random = new SplittableRandom(2);
        for (double exponent : new double[] {0, 0.5, 1, 1.5}) {
            long[] weight = WeightedCase.zipf(random, 5000, exponent);
            var before = WeightedCase.fromNothing(weight, WeightedCase.oneToFour(20));

            assertThat(before.then(before.capacity()).moves()).isZero();
        }
    }

    @Test
    void from_nothing_the_highest_load_is_near_the_best_possible() {
        var random = new SplittableRandom(3);
        for (int round = 0; round < 300; round++) {
            int members = 1 + random.nextInt(12);
            int keys = 1 + random.nextInt(200);
            long[] weight = WeightedCase.zipf(random, keys, random.nextDouble(2));

            long[] load = WeightedCase.fromNothing(weight, Cases.equal(members)).load();

            long highest = Arrays.stream(load).max().orElseThrow();
            assertThat((double) highest).isLessThanOrEqualTo(lowerBound(weight, members) * 4 / 3);
        }
    }

    private static double lowerBound(long[] weight, int members) {
        long[] heaviestFirst = Arrays.stream(weight).map(w -> -w).sorted().map(w -> -w).toArray();
        double mean = (double) Arrays.stream(weight).sum() / members;
        double bound = Math.max(mean, (double) heaviestFirst[0]);
        // Of the n * members + 1 heaviest keys, some member has n + 1.
        for (int n = 1; n * members < weight.length; n++) {
            long together = 0;
            for (int i = n * members - n; i <= n * members; i++) {
                together += heaviestFirst[i];
            }
            bound = Math.max(bound, (double) together);
        }
        return bound;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.4, 0.8})
    void whatever_changes_all_stay_within_slack_and_one_light_key(double exponent) {
        var random = new SplittableRandom(4);
        long[] weight = WeightedCase.zipf(random, 20_000, exponent);
        var c = WeightedCase.fromNothing(weight, WeightedCase.oneToFour(30));
        for (int change = 0; change < 30; change++) {
            long[] capacity = c.capacity().clone();
            capacity[random.nextInt(capacity.length)] = random.nextInt(5);
            c =
                    change % 3 == 0
                            ? c.thenWeighing(WeightedCase.drifted(random, weight))
                            : c.then(capacity);

            expectBalanced(c);
        }
    }

    private static void expectBalanced(WeightedCase c) {
        boolean[] isHeavy = c.heavy();
        double[] heavy = new double[c.capacity().length];
        double light = 0;
        for (int k = 0; k < isHeavy.length; k++) {
            if (isHeavy[k]) {
                heavy[c.next()[k]] += c.weight()[k];
            } else {
                light += c.weight()[k];
            }
        }
        double line = LightMoves.waterline(c.capacity(), heavy, light);
        double slack = DEFAULT.slackPerMille() / 1000.0;
        double key = c.heaviestLight();
        assertThat(c.placement().hot()).isEmpty();
        for (int m = 0; m < heavy.length; m++) {
            double share = line * c.capacity()[m];
            assertThat((double) c.load()[m])
                    .isBetween(
                            Math.max(heavy[m], share * (1 - slack) - key),
                            Math.max(heavy[m], share * (1 + slack) + key));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.4, 0.8})
    void a_change_moves_little_more_than_it_must(double exponent) {
        var random = new SplittableRandom(6);
        long[] weight = WeightedCase.zipf(random, 20_000, exponent);
        var c = WeightedCase.fromNothing(weight, WeightedCase.oneToFour(30));

        expectFewMoves(c);
        expectFewMoves(c.then(WeightedCase.oneToFour(31)));
        expectFewMoves(c.then(WeightedCase.oneToFour(35)));
        expectFewMoves(c.then(WeightedCase.oneToFour(29)));
        expectFewMoves(c.then(WeightedCase.oneToFour(25)));
        expectFewMoves(c.thenWeighing(WeightedCase.drifted(random, weight)));
        expectFewMoves(c.then(Cases.equal(30)));
        expectFewMoves(c.thenWeighing(withHeavierKeysOnSomeMembers(c)));
    }

    private static long[] withHeavierKeysOnSomeMembers(WeightedCase c) {
        long[] weight = c.weight().clone();
        Arrays.setAll(weight, k -> c.next()[k] < 5 ? c.weight()[k] * 3 / 2 : c.weight()[k]);
        return weight;
    }

    private static void expectFewMoves(WeightedCase c) {
        LightMoves light = LightMoves.of(c);
        assertThat((double) light.moves()).isLessThanOrEqualTo(1.1 * light.fewestMoves());
        assertThat(light.weight()).isLessThanOrEqualTo(1.1 * light.leastWeight());
    }

    @Test
    void few_keys_each_of_them_heavy_follow_a_member_that_joins() {
        var before = WeightedCase.fromNothing(Cases.equal(250), Cases.equal(25));

        var after = before.then(Cases.equal(26));

        assertThat(after.load()[25]).isBetween(9L, 10L);
        assertThat(after.moves()).isEqualTo((int) after.load()[25]);
    }

    @Test
    void a_key_without_weight_counts_as_the_lightest() {
        long[] load = WeightedCase.fromNothing(new long[1000], Cases.equal(10)).load();
        int[] next = WeightedCase.fromNothing(new long[1000], Cases.equal(10)).next();

        assertThat(load).containsOnly(0);
        assertThat(StickyQuotaFill.held(next, 10)).containsOnly(100);
    }

    @Test
    void without_capacity_no_key_has_a_member() {
        assertThat(WeightedCase.fromNothing(new long[] {1, 2}, new long[2]).next())
                .containsOnly(-1);
        assertThat(WeightedCase.fromNothing(new long[] {1, 2}, new long[0]).next())
                .containsOnly(-1);
        assertThat(WeightedCase.fromNothing(new long[0], new long[] {1}).next()).isEmpty();
    }

    @Test
    void one_member_has_all() {
        assertThat(WeightedCase.fromNothing(new long[] {1, 500, 3}, new long[] {7}).next())
                .containsOnly(0);
    }

    @Test
    void amounts_may_be_as_large_as_they_can() {
        var random = new SplittableRandom(8);
        long[] weight = random.longs(1000, 1L << 48, 1L << 49).toArray();
        long[] capacity = random.longs(30, 1L << 39, 1L << 40).toArray();

        var c = WeightedCase.fromNothing(weight, capacity);

        double mean = (double) Arrays.stream(weight).sum() / Arrays.stream(capacity).sum();
        for (int m = 0; m < capacity.length; m++) {
            assertThat(c.load()[m] / (mean * capacity[m])).isBetween(0.9, 1.1);
        }
    }

    @Test
    void very_different_members_and_hot_keys_break_nothing() {
        var random = new SplittableRandom(10);
        for (int round = 0; round < 2000; round++) {
            int members = 1 + random.nextInt(8);
            int keys = random.nextInt(60);
            long[] capacity = new long[members];
            Arrays.setAll(capacity, m -> random.nextLong(1L << random.nextInt(50)));
            capacity[0]++;
            long[] weight = new long[keys];
            Arrays.setAll(weight, k -> random.nextLong(1L << random.nextInt(50)));
            int[] previous = Cases.anyPlacement(random, keys, members);
            var policy = new WeightedFill.Policy(10 + random.nextInt(491), random.nextBoolean());

            var c = WeightedCase.of(previous, weight, capacity, policy);

            assertThat(c.next()).doesNotContain(-1);
            for (int member : c.next()) {
                assertThat(capacity[member]).isPositive();
            }
        }
    }

    @Test
    void amounts_out_of_range_are_refused() {
        assertThatThrownBy(() -> WeightedCase.fromNothing(new long[] {-1}, new long[1]))
                .hasMessage("negative weight: -1");
        assertThatThrownBy(() -> WeightedCase.fromNothing(new long[] {1L << 60, 1}, new long[1]))
                .hasMessageContaining("2^60");
        assertThatThrownBy(
                        () -> WeightedFill.assign(new int[1], new long[2], new long[1], DEFAULT, 1))
                .hasMessage("1 keys, 2 weights");
        assertThatThrownBy(() -> new WeightedFill.Policy(5, false))
                .hasMessageContaining("10 to 500");
    }
}
