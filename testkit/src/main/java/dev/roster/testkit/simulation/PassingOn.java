package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.protocol.Layout;
import dev.roster.store.Range;
import dev.roster.testkit.check.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What consumers know of each other's tasks, and how one gives a partition to another. */
final class PassingOn {
    private static final long ROUND = 1_000_000_000L;

    private final Simulation simulation;
    private final Dice dice;
    private final Layout.Division jobs;

    PassingOn(Simulation simulation, Dice dice) {
        this.simulation = simulation;
        this.dice = dice;
        this.jobs = simulation.store.layout().division(Population.JOBS);
    }

    /** Tells everybody now and then what the others have. */
    void begin() {
        simulation.schedule.after(
                ROUND,
                () -> {
                    tell();
                    begin();
                });
    }

    private void tell() {
        for (SimulatedProcess process : simulation.population.living()) {
            Set<String> known = tasksBut(process);
            if (!simulation.network.losesChanges()) {
                process.after(simulation.network.watchDelay(), () -> process.jobs().others(known));
            }
        }
    }

    private Set<String> tasksBut(SimulatedProcess but) {
        TreeSet<String> known = new TreeSet<>();
        for (SimulatedProcess process : simulation.population.living()) {
            if (!process.equals(but)) {
                known.addAll(process.jobs().tasks());
            }
        }
        return known;
    }

    /** Whether others than that process, that stay, have all tasks between them. */
    boolean canDoWithout(@Nullable SimulatedProcess one) {
        TreeSet<String> known = new TreeSet<>();
        for (SimulatedProcess process : simulation.population.staying()) {
            if (!process.equals(one)) {
                known.addAll(process.jobs().tasks());
            }
        }
        return known.size() == SimulatedConsumer.TASKS;
    }

    /** Gives a partition to one of those that have some of these tasks. */
    void pass(SimulatedProcess from, String partition, Set<String> tasks) {
        List<SimulatedProcess> able = new ArrayList<>();
        for (SimulatedProcess process : simulation.population.staying()) {
            boolean hasSome = tasks.stream().anyMatch(process.jobs().tasks()::contains);
            if (hasSome && !process.equals(from)) {
                able.add(process);
            }
        }
        if (!able.isEmpty()) {
            SimulatedProcess to = dice.oneOf(able);
            simulation.schedule.after(
                    simulation.network.delay(), () -> give(partition, to.incarnation()));
        }
    }

    private void give(String partition, String incarnation) {
        List<Condition> conditions = new ArrayList<>();
        for (String key :
                List.of(
                        jobs.owner(partition),
                        jobs.target(partition),
                        jobs.participant(incarnation))) {
            List<Entry> found = simulation.store.model().read(Range.key(key)).entries();
            if (found.isEmpty()) {
                return;
            }
            conditions.add(Condition.unchanged(found.getFirst()));
        }
        Operation target = new Operation.Put(jobs.target(partition), Bytes.utf8(incarnation));
        CommitResult result =
                simulation.store.apply(new Commit(null, conditions, List.of(target)), "");
        if (result instanceof CommitResult.Applied) {
            simulation.observe(
                    new Observation.Given(
                            simulation.now(), Population.JOBS, partition, incarnation));
        }
    }
}
