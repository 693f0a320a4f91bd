package dev.roster.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.testkit.check.History;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeterminismTest {
    @Test
    void two_runs_of_one_seed_go_the_same_way() {
        for (long seed = 40; seed < 50; seed++) {
            assertThat(SimulationRun.of(seed).hash()).isEqualTo(SimulationRun.of(seed).hash());
        }
    }

    @Test
    void two_runs_of_one_seed_tell_the_same_observations() {
        assertThat(observations(7)).isEqualTo(observations(7)).hasSizeGreaterThan(1000);
    }

    @Test
    void different_seeds_go_different_ways() {
        assertThat(SimulationRun.of(40).hash()).isNotEqualTo(SimulationRun.of(41).hash());
    }

    private static List<String> observations(long seed) {
        List<String> lines = new ArrayList<>();
        SimulationRun.of(seed, Scenario.draw(seed), seen -> lines.add(History.toLine(seen)));
        return lines;
    }
}
