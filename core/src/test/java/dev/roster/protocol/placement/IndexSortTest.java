package dev.roster.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class IndexSortTest {

    @Test
    void sorts_as_the_jdk_sorts_boxed_indices() {
        var random = new SplittableRandom(1);
        for (int size = 0; size < 200; size++) {
            int[] values = random.ints(size, 0, 20).toArray();
            int[] indices = IntStream.range(0, size).toArray();
            int count = size - size / 7;
            int[] expected =
                    IntStream.concat(
                                    Arrays.stream(indices, 0, count)
                                            .boxed()
                                            .sorted(Comparator.comparingInt(i -> values[i]))
                                            .mapToInt(i -> i),
                                    Arrays.stream(indices, count, size))
                            .toArray();

            IndexSort.sort(indices, count, (a, b) -> values[a] < values[b]);

            assertThat(indices).isEqualTo(expected);
        }
    }
}
