package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class HotKeysTest {
    private static final int HOT = 123;

    /**
     * One key has as much weight as 100 members should have, 999 have that of 10 members together.
     */
    private static long[] oneHotKey() {
        long[] weight = new long[1000];
        Arrays.fill(weight, 10);
        weight[HOT] = 100_000;
        return weight;
    }

    @Test
    void a_key_too_heavy_for_every_member_is_named() {
        var c = WeightedCase.fromNothing(oneHotKey(), Cases.equal(10));

        assertThat(c.placement().hot()).containsExactly(HOT);
    }

    @Test
    void a_heavy_key_that_fits_the_largest_member_is_not_hot() {
        long[] weight = {50, 10, 10, 10, 10, 10};

        assertThat(WeightedCase.fromNothing(weight, new long[] {5, 5}).placement().hot()).isEmpty();
        assertThat(WeightedCase.fromNothing(weight, new long[] {5, 2, 3}).placement().hot())
                .isEmpty();
        assertThat(WeightedCase.fromNothing(weight, new long[] {4, 3, 3}).placement().hot())
                .containsExactly(0);
    }

    @Test
    void two_hot_keys_are_named_even_if_one_hides_the_other() {
        long[] weight = oneHotKey();
        weight[7] = 3000;

        var c = WeightedCase.fromNothing(weight, Cases.equal(10));

        assertThat(c.placement().hot()).containsExactly(7, HOT);
        assertThat(c.next()[7]).isNotEqualTo(c.next()[HOT]);
    }

    @Test
    void from_nothing_it_has_a_member_of_its_own_and_the_rest_is_even() {
        var c = WeightedCase.fromNothing(oneHotKey(), Cases.equal(10));

        long[] load = c.load();
        Arrays.sort(load);
        assertThat(Arrays.copyOf(load, 9)).containsOnly(1110);
        assertThat(load[9]).isEqualTo(100_000);
    }

    @Test
    void it_stays_where_it_is() {
        var before = WeightedCase.fromNothing(oneHotKey(), Cases.equal(10));

        assertThat(before.then(Cases.equal(11)).next()[HOT]).isEqualTo(before.next()[HOT]);
    }

    @Test
    void when_it_must_move_the_light_keys_of_its_new_member_stay() {
        var after = afterItsMemberLeft(false);

        assertThat(after.moves()).isEqualTo(1);
    }

    @Test
    void if_so_wished_they_make_way() {
        var after = afterItsMemberLeft(true);

        assertThat(after.moves()).isEqualTo(1 + 111);
        long[] load = after.load();
        Arrays.sort(load);
        assertThat(load[0]).isZero();
        assertThat(load[1]).isBetween(1240L, 1260L);
        assertThat(load[8]).isBetween(1240L, 1260L);
        assertThat(load[9]).isEqualTo(100_000);
    }

    private static WeightedCase afterItsMemberLeft(boolean displaceForHot) {
        var policy = new WeightedFill.Policy(50, displaceForHot);
        var before = WeightedCase.of(Cases.nobody(1000), oneHotKey(), Cases.equal(10), policy);
        int gone = before.next()[HOT];
        long[] capacity = Cases.equal(10);
        capacity[gone] = 0;
        int[] left = Cases.without(before.next(), gone);
        return WeightedCase.of(left, oneHotKey(), capacity, policy);
    }
}
