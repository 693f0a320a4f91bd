package dev.roster.testkit.simulation;

import dev.roster.protocol.Mutant;
import dev.roster.testkit.check.Violated;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Looks how many seeds it takes to notice a mistake in the protocol. */
public final class MutantHunt {
    private MutantHunt() {}

    /**
     * What came of it.
     *
     * @param seeds how many it took, or how many were tried
     * @param statement what was broken first, "" if nothing was
     */
    public record Result(Mutant mutant, long seeds, String statement) {
        /** Whether somebody noticed. */
        public boolean isCaught() {
            return !statement.isEmpty();
        }

        /** A line of a table. */
        public String line() {
            return isCaught()
                    ? "%-28s %5d  %s".formatted(mutant, seeds, statement)
                    : "%-28s not caught in %d seeds%s"
                            .formatted(mutant, seeds, isRare(mutant) ? " (a rare one)" : "");
        }
    }

    /** Hunts for all mistakes; whether all but the rare ones were noticed. */
    public static boolean huntAll(long firstSeed, long atMost, Consumer<Result> progress) {
        boolean all = true;
        for (Mutant mutant : mutants()) {
            Result result = hunt(mutant, firstSeed, atMost);
            progress.accept(result);
            all &= result.isCaught() || isRare(mutant);
        }
        return all;
    }

    /** All mistakes. */
    public static List<Mutant> mutants() {
        List<Mutant> mutants = new ArrayList<>(List.of(Mutant.values()));
        mutants.remove(Mutant.NONE);
        return mutants;
    }

    /**
     * Whether a mistake shows only when several rare things meet, so that it may take thousands of
     * seeds to notice. Not noticing one of these is told, and not held against the simulation.
     */
    public static boolean isRare(Mutant mutant) {
        return switch (mutant) {
            case OBSERVER_FORGETFUL,
                    STUCK_SLOT_FORGOTTEN,
                    CLAIM_OF_ANYBODY,
                    JOB_HANDED_OVER_AGAIN ->
                    true;
            default -> false;
        };
    }

    /** Whether a mistake can show only where there are jobs. */
    private static boolean isOfJobs(Mutant mutant) {
        return mutant.name().startsWith("JOB_");
    }

    /** Runs seeds until one fails, of mistakes with jobs only those that have some. */
    public static Result hunt(Mutant mutant, long firstSeed, long atMost) {
        long tried = 0;
        for (long seed = firstSeed; tried < atMost; seed++) {
            Scenario scenario = Scenario.draw(seed);
            if (isOfJobs(mutant) && scenario.jobs() == 0) {
                continue;
            }
            tried++;
            Outcome outcome = SimulationRun.of(seed, scenario, mutant, seen -> {});
            if (!outcome.isGood()) {
                return new Result(mutant, tried, statement(outcome));
            }
        }
        return new Result(mutant, atMost, "");
    }

    private static String statement(Outcome outcome) {
        return outcome.failure() instanceof Violated violated
                ? violated.statement()
                : String.valueOf(outcome.failure());
    }
}
