package dev.roster.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs one seed after another until one fails or it is enough. */
public final class SimulationBatch {
    private SimulationBatch() {}

    /**
     * Runs a batch.
     *
     * @param progress told of each run when it has ended
     */
    public static BatchSummary run(BatchOptions options, Consumer<Outcome> progress) {
        long begun = System.nanoTime();
        long limit = options.seconds() == 0 ? Long.MAX_VALUE : options.seconds() * 1_000_000_000L;
        Tally tally = new Tally();
        List<Outcome> failures = new ArrayList<>();
        long simulated = 0;
        long events = 0;
        long seeds = 0;
        while (failures.isEmpty()
                && (options.seeds() == 0 || seeds < options.seeds())
                && System.nanoTime() - begun < limit) {
            Outcome outcome = SimulationRun.of(options.firstSeed() + seeds);
            seeds++;
            if (options.twiceEvery() > 0 && outcome.seed() % options.twiceEvery() == 0) {
                outcome = compared(outcome, SimulationRun.of(outcome.seed()));
            }
            tally.add(outcome.tally());
            simulated += outcome.simulatedNanos();
            events += outcome.events();
            if (!outcome.isGood()) {
                failures.add(outcome);
            }
            progress.accept(outcome);
        }
        return new BatchSummary(
                options.firstSeed(),
                seeds,
                simulated,
                System.nanoTime() - begun,
                events,
                tally,
                failures);
    }

    private static Outcome compared(Outcome first, Outcome second) {
        if (!first.isGood() || first.hash() == second.hash()) {
            return first;
        }
        return new Outcome(
                first.seed(),
                first.scenario(),
                first.simulatedNanos(),
                first.events(),
                first.hash(),
                first.tally(),
                new IllegalStateException("Two runs of one seed went different ways."),
                List.of());
    }
}
