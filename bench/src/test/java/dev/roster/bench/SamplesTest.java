package dev.roster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SamplesTest {

    @Test
    void percentiles_are_values_that_were_measured() {
        Samples samples = Samples.of(IntStream.rangeClosed(1, 200).boxed().toList());
        assertThat(samples.median()).isEqualTo(100);
        assertThat(samples.percentile(99)).isEqualTo(198);
        assertThat(samples.most()).isEqualTo(200);
    }

    @Test
    void of_few_values_the_p99_is_the_largest() {
        assertThat(Samples.of(List.of(3, 1, 2)).percentile(99)).isEqualTo(3);
    }
}
