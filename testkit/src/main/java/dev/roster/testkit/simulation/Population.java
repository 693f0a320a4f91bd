package dev.roster.testkit.simulation;

import dev.roster.Affinity;
import dev.roster.protocol.DivisionRecord;
import dev.roster.protocol.DivisionSettings;
import dev.roster.protocol.MemberMachine;
import dev.roster.protocol.MemberSettings;
import dev.roster.protocol.ParticipantRecord;
import dev.roster.protocol.Timing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The processes there are, and how they are started. */
final class Population {
    static final String LIST = "list";
    static final String SPACE = "space";
    static final String JOBS = "jobs";

    private static final long HOUR = 3_600_000_000_000L;
    private static final int MOTION = 32;

    private final Simulation simulation;
    private final Scenario scenario;
    private final Dice dice;
    private final List<SimulatedProcess> all = new ArrayList<>();
    private final Set<String> broken = new HashSet<>();
    private int started;
    private int names;

    Population(Simulation simulation, Dice dice) {
        this.simulation = simulation;
        this.scenario = simulation.scenario;
        this.dice = dice;
    }

    /** Starts a process with a name that none has had. */
    SimulatedProcess start() {
        names++;
        return start("p" + names);
    }

    /** Starts a process with that name. */
    SimulatedProcess start(String name) {
        String version = scenario.has(Fault.LEAVE) && names > scenario.members() ? "2" : "1";
        boolean handler = dice.between(1, 10) <= scenario.slotHandlers();
        return start(new ProcessPlan(name, nextTie(), version, handler, divisions()));
    }

    /** Starts a process that does what one did that has ended. */
    SimulatedProcess startAgain(SimulatedProcess ended) {
        ProcessPlan before = ended.plan();
        return start(
                new ProcessPlan(
                        before.name(),
                        nextTie(),
                        before.version(),
                        before.hasSlotHandler(),
                        before.divisions()));
    }

    private String nextTie() {
        started++;
        return scenario.hasTies() ? "tie-" + started : "";
    }

    private SimulatedProcess start(ProcessPlan plan) {
        MemberSettings settings =
                new MemberSettings(
                        Simulation.GROUP,
                        plan.name(),
                        plan.version(),
                        "",
                        plan.tie(),
                        "",
                        scenario.timing(),
                        scenario.stopNanos(),
                        scenario.operations());
        long drift = 1000L * scenario.driftPerMille();
        MemberClock clock =
                new MemberClock(
                        dice.between(0, 1000 * HOUR),
                        // The ends of what is allowed are where the bugs are.
                        dice.chance(0.5)
                                ? dice.oneOf(List.of(-drift, 0L, drift))
                                : dice.between(-drift, drift));
        MemberMachine machine =
                new MemberMachine(
                        settings,
                        Dice.of(simulation.seed, "machine " + started).random(),
                        simulation.mutant);
        SimulatedProcess process = new SimulatedProcess(simulation, plan, clock, machine);
        JobsScene jobs = simulation.jobs;
        if (jobs != null) {
            Dice own = Dice.of(simulation.seed, "consumer " + started);
            process.consumesWith(new SimulatedConsumer(simulation, jobs, process, own));
            jobs.schedules.begin(process);
        }
        all.add(process);
        process.act(process::begin);
        return process;
    }

    private List<DivisionSettings> divisions() {
        List<DivisionSettings> divisions = new ArrayList<>();
        if (scenario.keys() > 0) {
            divisions.add(division(LIST, 0));
        }
        if (scenario.partitions() > 0) {
            divisions.add(division(SPACE, scenario.partitions()));
        }
        if (scenario.jobs() > 0) {
            divisions.add(division(JOBS, scenario.jobs()));
        }
        return divisions;
    }

    private DivisionSettings division(String name, int partitions) {
        return new DivisionSettings(
                name,
                new DivisionRecord(partitions, Affinity.Policy.LEVEL),
                name.equals(JOBS) ? new ParticipantRecord(Affinity.DEFAULT, 1, 0, false) : part(),
                scenario.has(Fault.ENDING) ? 3 : 0,
                Timing.millis(200),
                Timing.millis(2000),
                scenario.stopNanos(),
                MOTION);
    }

    /** What a process takes of a division. */
    ParticipantRecord part() {
        long affinity = scenario.uneven() ? dice.between(0, 2000) : Affinity.DEFAULT;
        long weight = scenario.uneven() ? dice.between(1, 5) : 1;
        int atMost = scenario.limited() ? dice.between(1, 40) : 0;
        return new ParticipantRecord(affinity, weight, atMost, false);
    }

    /** Those that live and mean to stay. */
    List<SimulatedProcess> staying() {
        List<SimulatedProcess> found = new ArrayList<>();
        for (SimulatedProcess process : all) {
            if (!process.isDead() && !process.isLeaving()) {
                found.add(process);
            }
        }
        return found;
    }

    /** The process that lives and has that incarnation, null if there is none. */
    @Nullable SimulatedProcess byIncarnation(String incarnation) {
        for (SimulatedProcess process : all) {
            if (!process.isDead() && process.incarnation().equals(incarnation)) {
                return process;
            }
        }
        return null;
    }

    /** Those that live. */
    List<SimulatedProcess> living() {
        all.removeIf(SimulatedProcess::isDead);
        return List.copyOf(all);
    }

    void crash(SimulatedProcess process) {
        simulation.tally.count(Sometimes.CRASHED);
        process.crash();
        breakTie(process.tie());
    }

    private void breakTie(String tie) {
        if (tie.isEmpty() || !scenario.has(Fault.TIES)) {
            return;
        }
        simulation.schedule.after(
                dice.between(1_000_000, 200_000_000),
                () -> {
                    broken.add(tie);
                    for (SimulatedProcess process : living()) {
                        process.after(simulation.network.delay(), () -> process.tieBroke(tie));
                    }
                });
    }

    /** A tie breaks, and holds again after a while. */
    void breakFor(String tie, long nanos) {
        broken.add(tie);
        simulation.schedule.after(nanos, () -> broken.remove(tie));
    }

    boolean isBroken(String tie) {
        return broken.contains(tie);
    }
}
