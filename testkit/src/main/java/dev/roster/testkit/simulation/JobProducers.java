package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.Mutant;
import dev.roster.protocol.jobs.DoneRecord;
import dev.roster.protocol.jobs.EndState;
import dev.roster.protocol.jobs.Flush;
import dev.roster.protocol.jobs.JobRecord;
import dev.roster.protocol.jobs.Ledger;
import dev.roster.protocol.jobs.Punctuality;
import dev.roster.protocol.jobs.Slip;
import dev.roster.protocol.jobs.Spot;
import dev.roster.protocol.jobs.Step;
import dev.roster.protocol.jobs.UniqueRecord;
import dev.roster.testkit.check.Observation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Submits jobs, in processes of the group and outside, and cancels some. */
final class JobProducers {
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE = 10_000 * MILLI;
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final int KEYS = 4;
    private static final int UNIQUES = 12;

    /** A job that is submitted. */
    private record Draft(int partition, Spot spot, Bytes value, JobPlan plan) {
        String name() {
            return JobsScene.name(partition, spot);
        }

        Step put() {
            return new Step.Put(partition, Ledger.WORK, spot, value);
        }
    }

    private final Simulation simulation;
    private final JobsScene scene;
    private final Dice dice;
    private final Set<String> busy = new HashSet<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, Long> notBefore = new HashMap<>();
    private final Map<String, SimulatedProcess> hosts = new HashMap<>();
    private long lastTime;
    private int submits;
    private boolean isActive;
    private boolean hasPoison;

    JobProducers(Simulation simulation, JobsScene scene, Dice dice) {
        this.simulation = simulation;
        this.scene = scene;
        this.dice = dice;
    }

    void begin() {
        isActive = true;
        next();
    }

    void end() {
        isActive = false;
    }

    private void next() {
        simulation.schedule.after(
                dice.around(800 * MILLI),
                () -> {
                    if (isActive) {
                        once();
                        next();
                    }
                });
    }

    /** Submits something, or cancels. */
    void once() {
        double kind = dice.between(0, 99);
        if (kind < 8) {
            cancel();
        } else if (kind < 45) {
            ordered();
        } else if (kind < 60) {
            unique();
        } else {
            several();
        }
    }

    // What is submitted.

    private @Nullable SimulatedProcess host() {
        List<SimulatedProcess> living = simulation.population.staying();
        return living.isEmpty() || dice.chance(0.3) ? null : dice.oneOf(living);
    }

    private long time() {
        lastTime = Math.max(scene.micros(), lastTime + 1);
        return lastTime;
    }

    private Draft draft(String task, String key, int rank, int attempts, JobPlan plan) {
        long time = time();
        long due =
                key.isEmpty()
                        ? time + (dice.chance(0.2) ? dice.skewed(1, 8_000_000) : 0)
                        : Math.max(time, notBefore.getOrDefault(key, 0L));
        int partition =
                key.isEmpty()
                        ? dice.between(0, scene.partitions() - 1)
                        : Math.floorMod(key.hashCode(), scene.partitions());
        boolean isPoison = plan.kind() == JobPlan.Kind.POISON;
        long expires =
                key.isEmpty() && !isPoison && dice.chance(0.05)
                        ? due + dice.skewed(1, 5_000_000)
                        : 0;
        JobRecord record =
                new JobRecord(
                        task,
                        key,
                        "",
                        plan.toBytes(),
                        new TreeMap<>(),
                        time,
                        due,
                        expires,
                        0,
                        attempts,
                        0,
                        List.of());
        Spot spot = new Spot(rank, due, "%013x".formatted(time));
        return new Draft(partition, spot, record.toBytes(), plan);
    }

    private JobPlan plan(String submit, JobPlan.Kind kind, String key, long number) {
        int checkpoints = dice.chance(0.5) ? dice.between(1, 8) : 0;
        return new JobPlan(submit, kind, key, number, dice.skewed(1, 4000) * MILLI, checkpoints);
    }

    private String submitName() {
        submits++;
        return "s" + submits;
    }

    private void several() {
        List<Draft> drafts = new ArrayList<>();
        for (int n = dice.between(1, 3); n > 0; n--) {
            JobPlan.Kind kind = kind();
            int attempts =
                    switch (kind) {
                        case GOOD, TRANSACTION -> 1000;
                        case BAD -> dice.between(1, 3);
                        case POISON -> dice.between(1, 2);
                    };
            JobPlan plan = plan(submitName(), kind, "", 0);
            String task = dice.oneOf(SimulatedConsumer.UNORDERED);
            drafts.add(draft(task, "", dice.chance(0.2) ? dice.between(1, 9) : 0, attempts, plan));
        }
        withTicket(host(), drafts, () -> {});
    }

    private JobPlan.Kind kind() {
        boolean maySpoil = !hasPoison && isActive && !simulation.scenario.has(Fault.STORE_BACK);
        if (maySpoil && dice.chance(0.03)) {
            hasPoison = true;
            return JobPlan.Kind.POISON;
        }
        return dice.chance(0.1)
                ? JobPlan.Kind.BAD
                : dice.chance(0.15) ? JobPlan.Kind.TRANSACTION : JobPlan.Kind.GOOD;
    }

    /** The next of a key, by the one producer that submits for it. */
    private void ordered() {
        int number = dice.between(1, KEYS);
        SimulatedProcess host = null;
        String key = "key" + number;
        if (number > 2) {
            // Its producer ends with its process, and another one begins another key.
            host = hosts.get(key);
            if (host == null || host.isDead()) {
                List<SimulatedProcess> living = simulation.population.staying();
                if (living.isEmpty()) {
                    return;
                }
                host = dice.oneOf(living);
                hosts.put(key, host);
            }
            key += "." + host.incarnation();
        }
        submitOrdered(host, key);
    }

    private void submitOrdered(@Nullable SimulatedProcess host, String key) {
        if (busy.add(key)) {
            long number = numbers.merge(key, 1L, Long::sum);
            JobPlan plan = plan(submitName(), JobPlan.Kind.GOOD, key, number);
            Draft draft = draft(SimulatedConsumer.ORDERED, key, 0, 1000, plan);
            withTicket(host, List.of(draft), () -> busy.remove(key));
        }
    }

    private void unique() {
        String unique = "unique" + dice.between(1, UNIQUES);
        JobPlan plan = plan(submitName(), JobPlan.Kind.GOOD, "", 0);
        Draft draft = draft(dice.oneOf(SimulatedConsumer.UNORDERED), "", 0, 1000, plan);
        int partition = Math.floorMod(unique.hashCode(), scene.partitions());
        SimulatedQueue.Address address =
                new SimulatedQueue.Address(partition, Ledger.UNIQUE, new Spot(0, 0, unique));
        Bytes mark =
                new UniqueRecord(draft.partition(), draft.spot().id(), scene.micros() + DAY_MICROS)
                        .toBytes();
        List<Step> steps =
                List.of(new Step.Put(partition, Ledger.UNIQUE, address.spot(), mark), draft.put());
        SimulatedProcess host = host();
        Runnable taken =
                () -> {
                    Bytes there = scene.at(partition, Ledger.UNIQUE, address.spot());
                    if (there != null) {
                        answered(draft, foundBy(there), unique, simulation.now());
                    }
                };
        send(
                host,
                List.of(new SimulatedQueue.Condition(address, null)),
                steps,
                List.of(draft),
                unique,
                taken,
                () -> {});
    }

    private static String foundBy(Bytes mark) {
        try {
            UniqueRecord record = UniqueRecord.parse(mark);
            return record.partition() + ":" + record.id();
        } catch (CorruptRecordException e) {
            throw new IllegalStateException(e);
        }
    }

    // How it is sent.

    private void withTicket(@Nullable SimulatedProcess host, List<Draft> drafts, Runnable atEnd) {
        long time = time();
        int partition = drafts.getFirst().partition();
        Spot ticket = new Spot(0, time, "%013x".formatted(time));
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Put(partition, Ledger.TICKET, ticket, Bytes.EMPTY));
        drafts.forEach(draft -> steps.add(draft.put()));
        SimulatedQueue.Address address =
                new SimulatedQueue.Address(partition, Ledger.TICKET, ticket);
        List<SimulatedQueue.Condition> conditions =
                simulation.mutant == Mutant.JOB_TICKET_LEFT_OUT
                        ? List.of()
                        : List.of(new SimulatedQueue.Condition(address, null));
        long since = simulation.now();
        // The ticket is there: it was applied the first time.
        Runnable taken = () -> drafts.forEach(draft -> answered(draft, draft.name(), "", since));
        send(host, conditions, steps, drafts, "", taken, atEnd);
    }

    private void send(
            @Nullable SimulatedProcess host,
            List<SimulatedQueue.Condition> conditions,
            List<Step> steps,
            List<Draft> drafts,
            String unique,
            Runnable taken,
            Runnable atEnd) {
        long since = simulation.now();
        new Object() {
            void go() {
                scene.calls.send(host, () -> scene.apply(conditions, steps), this::over);
            }

            void over(Flush.Answer answer) {
                switch (answer) {
                    case Flush.Answer.Applied applied -> {
                        for (Draft draft : drafts) {
                            answered(draft, draft.name(), unique, since);
                            if (host != null) {
                                Slip slip = new Slip(draft.spot(), draft.value());
                                host.jobs().handed(draft.partition(), slip);
                            }
                        }
                        atEnd.run();
                    }
                    case Flush.Answer.Refused refused -> {
                        taken.run();
                        atEnd.run();
                    }
                    case Flush.Answer.Fenced fenced -> throw new IllegalStateException();
                    case Flush.Answer.Failed failed -> again();
                    case Flush.Answer.Unknown unknown -> again();
                }
            }

            void again() {
                if (simulation.now() - since > PATIENCE || (host != null && host.isDead())) {
                    atEnd.run();
                } else {
                    simulation.tally.count(Sometimes.JOB_SUBMITTED_AGAIN);
                    simulation.schedule.after(50 * MILLI, this::go);
                }
            }
        }.go();
    }

    private void answered(Draft draft, String job, String unique, long since) {
        simulation.tally.count(Sometimes.JOB_SUBMITTED);
        long later = Punctuality.notBefore(draft.spot().due(), scene.micros());
        notBefore.merge(draft.plan().key(), later, Math::max);
        simulation.observe(
                new Observation.JobSubmitted(
                        simulation.now(),
                        since,
                        draft.plan().submit(),
                        job,
                        unique,
                        draft.plan().key(),
                        draft.plan().number()));
    }

    // What is cancelled.

    private void cancel() {
        int partition = dice.between(0, scene.partitions() - 1);
        Slip found = scene.anyWork(partition, dice);
        if (found == null) {
            return;
        }
        Spot spot = found.spot();
        long now = scene.micros();
        DoneRecord.Line line =
                new DoneRecord.Line(spot.id(), "", "", EndState.CANCELLED, 0, 0, now);
        List<Step> steps = JobsScene.end(partition, spot, line, now);
        scene.calls.send(
                null,
                () -> scene.apply(List.of(), steps),
                answer -> {
                    if (answer instanceof Flush.Answer.Applied) {
                        scene.look(partition);
                    }
                });
    }
}
