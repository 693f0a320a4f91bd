package dev.roster.cli;

import dev.roster.testkit.simulation.BatchOptions;
import dev.roster.testkit.simulation.BatchSummary;
import dev.roster.testkit.simulation.FailureReport;
import dev.roster.testkit.simulation.MutantHunt;
import dev.roster.testkit.simulation.Outcome;
import dev.roster.testkit.simulation.SimulationBatch;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the protocols in one thread on virtual time, with faults, and checks every promise. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Runs Roster's real protocols in one thread on virtual time: up to twenty members, a"
                    + " store with three outcomes, crashes, pauses, partitions, a store that goes"
                    + " back in time. Every promise is checked after every event. A run is drawn"
                    + " from its seed alone, so a seed that fails fails again."
        },
        footer = {
            "",
            "Exit status: 0 all promises were kept; 1 one was broken, and which, and the seed.",
            "",
            "Examples:",
            "  roster simulate --minutes 5             fresh seeds for five minutes",
            "  roster simulate --seed 42               the one run of seed 42",
            "  roster simulate --seed 1 --seeds 1000   a thousand seeds from 1",
            "  roster simulate --minutes 1 --json      the summary as one JSON object",
            "  roster simulate --mutants               does it notice mistakes?"
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final int TWICE_EVERY = 20;
    private static final int MUTANT_SEEDS = 100;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "the first seed; default: a fresh one")
    private @Nullable Long seed;

    @Option(names = "--seeds", paramLabel = "N", description = "at most so many seeds")
    private long seeds;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "no new seed after so many minutes")
    private double minutes;

    @Option(names = "--json", description = "print the summary as one JSON object")
    private boolean json;

    @Option(
            names = "--mutants",
            description = "make mistakes in the protocol, one by one, and show which seed notices")
    private boolean mutants;

    /** For picocli. */
    public SimulateCommand() {}

    @Override
    public Integer call() {
        return mutants ? hunt() : simulate();
    }

    private int hunt() {
        System.out.println("mistake, the seeds it took, the promise that was broken:");
        boolean all =
                MutantHunt.huntAll(
                        seed == null ? 1 : seed,
                        seeds == 0 ? MUTANT_SEEDS : seeds,
                        result -> System.out.println(result.line()));
        return all ? 0 : 1;
    }

    private int simulate() {
        long first = seed == null ? System.currentTimeMillis() * 1000 : seed;
        boolean one = seed != null && seeds == 0 && minutes == 0;
        long seconds = (long) (minutes * 60);
        long count = one ? 1 : seeds;
        if (count == 0 && seconds == 0) {
            seconds = 60;
        }
        if (!json) {
            System.out.println("first seed " + first);
        }
        BatchSummary summary =
                SimulationBatch.run(
                        new BatchOptions(first, count, seconds, TWICE_EVERY), progress());
        summary.failures().forEach(failure -> System.err.println(FailureReport.of(failure)));
        System.out.println(json ? summary.toJson() : summary.line());
        return summary.failures().isEmpty() ? 0 : 1;
    }

    private Consumer<Outcome> progress() {
        boolean live = !json && Terminal.at(1).isTerminal();
        long[] done = new long[1];
        long[] shown = {System.nanoTime()};
        return outcome -> {
            done[0]++;
            if (live && System.nanoTime() - shown[0] > 500_000_000L) {
                shown[0] = System.nanoTime();
                System.out.print("\r" + done[0] + " seeds, now " + outcome.seed() + "\u001b[K\r");
                System.out.flush();
            }
        };
    }
}
