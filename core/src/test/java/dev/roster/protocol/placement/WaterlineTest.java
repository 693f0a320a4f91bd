package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class WaterlineTest {

    @Test
    void water_fills_the_lowest_vessels() {
        var line = Waterline.over(new long[] {1, 1, 1}, new long[] {9, 3, 0}, 9 + 3 + 0 + 7);

        assertThat(line.share(1)).isEqualTo(5);
    }

    @Test
    void a_vessel_without_width_keeps_what_it_holds() {
        var line = Waterline.over(new long[] {0, 2, 2}, new long[] {6, 0, 0}, 10);

        assertThat(line.share(0)).isZero();
        assertThat(line.share(2)).isEqualTo(2);
    }

    @Test
    void shares_are_rounded_as_asked_and_the_rest_is_known() {
        var line = Waterline.over(new long[] {2, 1}, new long[2], 10);

        assertThat(line.share(2)).isEqualTo(6);
        assertThat(line.shareRoundedUp(2)).isEqualTo(7);
        assertThat(line.remainder(2)).isEqualTo(2);
        assertThat(line.width()).isEqualTo(3);
    }

    @Test
    void up_to_the_line_there_is_room_for_what_is_poured() {
        var random = new SplittableRandom(1);
        for (int round = 0; round < 2000; round++) {
            int vessels = 1 + random.nextInt(20);
            long[] width = Cases.anyAmounts(random, vessels, 1L << random.nextInt(1, 40));
            width[0]++;
            long[] content = Cases.anyAmounts(random, vessels, 1L << random.nextInt(1, 40));
            long poured = random.nextLong(1L << random.nextInt(1, 42));
            double[] contents = Arrays.stream(content).asDoubleStream().toArray();

            var line = Waterline.over(width, content, Arrays.stream(content).sum() + poured);

            double level = (double) line.amount() / line.width();
            assertThat(pouredBelow(level, width, contents))
                    .isCloseTo((double) poured, within(1e-6 * (poured + 1)));
        }
    }

    private static double pouredBelow(double level, long[] width, double[] content) {
        double poured = 0;
        for (int m = 0; m < width.length; m++) {
            poured += Math.max(0, level * width[m] - content[m]);
        }
        return poured;
    }
}
