package dev.roster.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol keeps its promises, whatever is done to it. */
final class SimulationTest {
    private static final long SECONDS = Long.getLong("roster.simulation.seconds", 10);
    private static final long BATCH_BEGINS = 1;
    private static final long BATCH_SEEDS = 330;

    /** Seeds that once found something. What it was stands in the commit that added them. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(
            longs = {
                1,
                3,
                4,
                7,
                8,
                9,
                10,
                13,
                16,
                18,
                38,
                40,
                54,
                65,
                93,
                95,
                101,
                141,
                163,
                175,
                280,
                330,
                482,
                936,
                20572,
                20870,
                21232,
                700027,
                700147,
                20613571113050L,
                306554689,
            })
    void keeps_its_promises_where_it_once_did_not(long seed) {
        requireGood(SimulationRun.of(seed));
    }

    @Test
    void keeps_its_promises_in_a_known_batch_in_which_everything_happens_at_times() {
        BatchSummary summary =
                SimulationBatch.run(new BatchOptions(BATCH_BEGINS, BATCH_SEEDS, 0, 20), run -> {});
        print(summary);
        summary.failures().forEach(SimulationTest::requireGood);
        assertThat(summary.never()).isEmpty();
    }

    @Test
    void keeps_its_promises_in_another_known_batch() {
        BatchSummary summary =
                SimulationBatch.run(new BatchOptions(700_001, 190, 0, 20), run -> {});
        print(summary);
        summary.failures().forEach(SimulationTest::requireGood);
    }

    @Test
    void keeps_its_promises_on_seeds_that_nobody_has_seen() {
        long first = System.nanoTime() >>> 1;
        System.out.printf("Simulating for %d s from seed %d.%n", SECONDS, first);
        BatchSummary summary =
                SimulationBatch.run(new BatchOptions(first, 0, SECONDS, 20), run -> {});
        print(summary);
        summary.failures().forEach(SimulationTest::requireGood);
    }

    private static void print(BatchSummary summary) {
        System.out.println("Simulated " + summary.line() + ".");
    }

    private static void requireGood(Outcome outcome) {
        if (!outcome.isGood()) {
            throw new AssertionError(FailureReport.of(outcome), outcome.failure());
        }
    }
}
