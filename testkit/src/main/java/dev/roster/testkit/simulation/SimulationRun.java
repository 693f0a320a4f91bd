package dev.roster.testkit.simulation;

import dev.roster.protocol.Mutant;
import dev.roster.testkit.check.Observation;
import java.util.List;
import java.util.function.Consumer;

/** Runs single seeds. */
public final class SimulationRun {
    private SimulationRun() {}

    /** Runs the scenario that belongs to the seed. */
    public static Outcome of(long seed) {
        return of(seed, Scenario.draw(seed));
    }

    /** Runs a scenario. */
    public static Outcome of(long seed, Scenario scenario) {
        return of(seed, scenario, seen -> {});
    }

    /** Runs a scenario and tells all observations. */
    public static Outcome of(long seed, Scenario scenario, Consumer<Observation> listener) {
        return of(seed, scenario, Mutant.NONE, listener);
    }

    /** Runs a scenario with a mistake in the protocol. */
    static Outcome of(long seed, Scenario scenario, Mutant mutant, Consumer<Observation> listener) {
        Simulation simulation = new Simulation(seed, scenario, mutant, listener);
        Throwable failure = null;
        try {
            simulation.run();
        } catch (RuntimeException | AssertionError e) {
            failure = e;
        }
        return new Outcome(
                seed,
                scenario,
                simulation.now(),
                simulation.schedule.events(),
                simulation.trace.hash(),
                simulation.tally,
                failure,
                failure == null ? List.of() : simulation.trace.last());
    }
}
