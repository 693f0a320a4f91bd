package dev.roster.testkit.simulation;

import dev.roster.Entry;
import dev.roster.StoreIdentity;
import dev.roster.protocol.Event;
import dev.roster.protocol.Mutant;
import dev.roster.protocol.ParticipantRecord;
import dev.roster.protocol.Proof;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.check.Referee;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run: a scenario from its begin to its end. */
final class Simulation {
    static final String GROUP = "simulated";

    static final Proof NO_PROOF = new Proof(new StoreIdentity("none"), List.of());

    private static final long SECOND = 1_000_000_000L;

    final long seed;
    final Scenario scenario;
    final Mutant mutant;
    final Schedule schedule;
    final Trace trace = new Trace();
    final Tally tally = new Tally();
    final Network network;
    final SimulatedStore store;
    final Handlers handlers;
    final GuardedResource resource;
    final Population population;
    final @Nullable JobsScene jobs;
    private final Outsider outsider;
    private final Nemesis nemesis;
    private final Onlooker onlooker;
    private final Referee referee;
    private final Witness witness = new Witness(tally);
    private final Consumer<Observation> listener;
    private final Dice dice;

    /** The time of faults is over, and the group has to come to rest. */
    boolean isHealed;

    /**
     * A run.
     *
     * @param mutant the mistake that the protocol makes
     * @param listener told of all observations, after they were checked
     */
    Simulation(long seed, Scenario scenario, Mutant mutant, Consumer<Observation> listener) {
        this.mutant = mutant;
        this.seed = seed;
        this.scenario = scenario;
        this.listener = listener;
        schedule = new Schedule(Dice.of(seed, "schedule").random());
        network = new Network(scenario, tally, Dice.of(seed, "network"));
        dice = Dice.of(seed, "simulation");
        referee = new Referee(Referee.checkers(scenario.timing(), scenario.allAsSupposed()));
        store = new SimulatedStore(this);
        handlers = new Handlers(scenario, network, Dice.of(seed, "handlers"));
        resource = new GuardedResource(this);
        population = new Population(this, Dice.of(seed, "population"));
        jobs = scenario.jobs() == 0 ? null : new JobsScene(this);
        outsider = new Outsider(this, Dice.of(seed, "outsider"));
        nemesis = new Nemesis(this, outsider, Dice.of(seed, "nemesis"));
        onlooker = new Onlooker(this, Dice.of(seed, "onlooker"));
    }

    long now() {
        return schedule.now();
    }

    boolean chance(double probability) {
        return dice.chance(probability);
    }

    /** Whether all that the store does is told, for one who follows it. */
    boolean isFollowed() {
        return seed % 3 == 0;
    }

    boolean isBroken(String tie) {
        return population.isBroken(tie);
    }

    /** Shows the referee what happened. */
    void observe(Observation seen) {
        witness.see(seen);
        referee.see(seen);
        listener.accept(seen);
    }

    /** Runs all phases. */
    void run() {
        form();
        onlooker.begin();
        if (jobs != null) {
            jobs.producers.begin();
            jobs.passes.begin();
        }
        schedule.runUntil(now() + 3 * scenario.timing().leaseNanos());
        network.isTroubled = true;
        nemesis.begin();
        schedule.runUntil(now() + scenario.faultNanos());
        network.isTroubled = false;
        nemesis.end();
        if (scenario.liveness()) {
            heal();
            moveGracefully();
            drain();
        }
        observe(new Observation.Ended(now()));
    }

    private void form() {
        for (int i = 0; i < scenario.members(); i++) {
            schedule.after(dice.between(0, SECOND), population::start);
        }
        outsider.add(scenario.keys());
    }

    private void heal() {
        nemesis.heal();
        isHealed = true;
        if (population.staying().isEmpty() || (jobs != null && !jobs.passes.canDoWithout(null))) {
            population.start();
        }
        for (SimulatedProcess process : population.staying()) {
            restoreParts(process);
        }
        if (jobs != null) {
            jobs.outlastPoison();
        }
        long bound = convergenceNanos();
        quiet(bound);
        schedule.runUntil(now() + bound + 2 * scenario.timing().leaseNanos());
        if (jobs != null) {
            jobs.rest();
        }
        tally.count(Sometimes.CONVERGED);
    }

    private void restoreParts(SimulatedProcess process) {
        process.plan()
                .divisions()
                .forEach(division ->
                        process.act(() ->
                                process.on(
                                        new Event.ChangePart(division.name(), division.part()))));
    }

    private void quiet(long bound) {
        List<String> names = new ArrayList<>();
        int acting = 0;
        long capacity = 0;
        for (SimulatedProcess process : population.staying()) {
            names.add(process.name());
            acting += process.hasSlotHandler() ? 1 : 0;
            ParticipantRecord part = process.plan().divisions().getFirst().part();
            capacity += part.atMost() == 0 ? Integer.MAX_VALUE : part.atMost();
        }
        boolean everyKey =
                capacity >= Integer.MAX_VALUE
                        || !scenario.limited()
                        || (capacity >= outsider.keys()
                                && scenario.partitions() == 0
                                && !scenario.has(Fault.ENDING));
        boolean even =
                !scenario.uneven()
                        && !scenario.limited()
                        && !scenario.has(Fault.ENDING)
                        && !scenario.has(Fault.KEYS)
                        && !scenario.has(Fault.PART)
                        && !scenario.has(Fault.CORRUPT)
                        && !scenario.has(Fault.LEAVE)
                        && !passesOn();
        observe(new Observation.Quiet(now(), names, acting, now() + bound, everyKey, even));
    }

    /** Whether partitions of jobs may go to some rather than to others. */
    private boolean passesOn() {
        return jobs != null
                && population.staying().stream()
                        .anyMatch(one -> one.jobs().tasks().size() < SimulatedConsumer.TASKS);
    }

    /** How long the group may take after the worst of times. */
    private long convergenceNanos() {
        long lease = scenario.timing().leaseNanos();
        return 4 * lease
                + 3 * scenario.stopNanos()
                + 10 * SECOND
                + population.staying().size() * scenario.timing().standbyNanos()
                + handOverNanos();
    }

    /** How long it takes to hand over all keys, a commit at a time. */
    private long handOverNanos() {
        long work = (long) scenario.keys() + scenario.partitions();
        long commits = 3 * work / Math.max(1, scenario.operations() - 4) + work / 32 + 4;
        return commits * (6 * scenario.latencyNanos() + scenario.stopNanos() / 3);
    }

    private void moveGracefully() {
        for (int round = 0; round < 3; round++) {
            List<SimulatedProcess> staying = population.staying();
            long handoff = handOverNanos() + SECOND;
            if (jobs != null) {
                jobs.submitSome();
            }
            observe(new Observation.Disturbed(now(), "graceful", handoff));
            SimulatedProcess one = dice.oneOf(staying);
            boolean mayLeave = jobs == null || jobs.passes.canDoWithout(one);
            if (staying.size() > 1 && dice.chance(0.6) && mayLeave) {
                one.leave();
            } else {
                population.start();
            }
            long bound =
                    2 * handOverNanos()
                            + 2 * scenario.stopNanos()
                            + 4 * SECOND
                            + 2L * staying.size() * scenario.timing().standbyNanos();
            quiet(bound);
            schedule.runUntil(now() + bound + scenario.timing().leaseNanos());
            tally.count(Sometimes.HANDED_OFF_GRACEFULLY);
        }
        if (jobs != null) {
            jobs.rest();
        }
    }

    private void drain() {
        observe(new Observation.Disturbed(now(), "drain", 0));
        population.living().forEach(SimulatedProcess::leave);
        schedule.runUntil(now() + convergenceNanos());
        if (!population.living().isEmpty()) {
            throw new IllegalStateException(
                    "%s did not leave".formatted(population.living().getFirst().name()));
        }
        String members = store.layout().members();
        for (Entry entry : store.readGroup().entries()) {
            boolean member =
                    entry.key().startsWith(members) && !entry.key().startsWith(members + "corrupt");
            boolean owner = entry.key().contains("/o/") && !scenario.limited();
            if (member || owner) {
                throw new IllegalStateException("%s is left over".formatted(entry));
            }
        }
        if (!store.readBeats().entries().isEmpty()) {
            throw new IllegalStateException("beats are left over");
        }
        tally.count(Sometimes.DRAINED);
    }
}
