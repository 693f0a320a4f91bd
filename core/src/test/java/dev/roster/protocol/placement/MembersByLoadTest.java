package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MembersByLoadTest {

    @Test
    void a_key_goes_where_it_leaves_the_lowest_load_for_the_capacity() {
        var random = new SplittableRandom(1);
        for (int round = 0; round < 200; round++) {
            int members = 1 + random.nextInt(20);
            long[] capacity = Cases.anyAmounts(random, members, 5);
            capacity[0]++;
            long[] load = Cases.anyAmounts(random, members, 100);
            var byLoad = new MembersByLoad(capacity, load, round);
            for (int key = 0; key < 50; key++) {
                int weight = random.nextInt(100);
                double lowest = lowest(capacity, load, weight);

                int member = byLoad.add(weight);

                assertThat((double) load[member] / capacity[member]).isEqualTo(lowest);
            }
        }
    }

    private static double lowest(long[] capacity, long[] load, long weight) {
        double lowest = Double.MAX_VALUE;
        for (int m = 0; m < capacity.length; m++) {
            if (capacity[m] > 0) {
                lowest = Math.min(lowest, (double) (load[m] + weight) / capacity[m]);
            }
        }
        return lowest;
    }
}
