package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Planners of different releases must agree, and an upgrade must not move keys. If one of these
 * fails because the algorithm was changed on purpose, say in the commit what happens to groups in
 * which both releases plan.
 */
final class GoldenPlacementsTest {

    @Test
    void quotas_and_placements_never_change() {
        var random = new SplittableRandom(1);
        long digest = 0;
        for (int round = 0; round < 200; round++) {
            int members = 1 + random.nextInt(20);
            int keys = random.nextInt(500);
            int[] previous = Cases.anyPlacement(random, keys, members);
            int[] have = StickyQuotaFill.held(previous, members);
            long[] amounts = Cases.anyAmounts(random, members, 200);
            long[] hash = Cases.hashes(members);

            int[] proportional = Quotas.proportional(keys, amounts, have, hash);
            digest = add(digest, proportional);
            digest = add(digest, Quotas.proportionalWithFloor(keys, amounts, have, hash));
            digest = add(digest, Quotas.level(keys, amounts, have, hash));
            digest = add(digest, Quotas.levelWithFloor(keys, amounts, have, hash));
            int[] next = StickyQuotaFill.assign(previous, proportional, round);
            digest = add(digest, next);
            digest = add(digest, StickyQuotaFill.assign(next, proportional, previous, round));
        }

        assertThat(digest).isEqualTo(7317293801048743229L);
    }

    @Test
    void weighted_placements_never_change() {
        var random = new SplittableRandom(2);
        long digest = 0;
        for (int round = 0; round < 200; round++) {
            int members = 1 + random.nextInt(20);
            int keys = random.nextInt(500);
            int[] previous = Cases.anyPlacement(random, keys, members);
            long[] capacity = Cases.anyAmounts(random, members, 5);
            long[] weight = Cases.anyAmounts(random, keys, 1L << random.nextInt(30));
            var policy = new WeightedFill.Policy(50, round % 2 == 0);

            WeightedPlacement placement =
                    WeightedFill.assign(previous, weight, capacity, policy, round);
            digest = add(digest, placement.next());
            digest = add(digest, placement.hot());
        }

        assertThat(digest).isEqualTo(-3663213360267516969L);
    }

    private static long add(long digest, int[] values) {
        long sum = StableHash.mix(digest + values.length);
        for (int value : values) {
            sum = StableHash.of(value, sum);
        }
        return sum;
    }
}
