package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.protocol.jobs.DoneRecord;
import dev.roster.protocol.jobs.Draft;
import dev.roster.protocol.jobs.EndState;
import dev.roster.protocol.jobs.Flush;
import dev.roster.protocol.jobs.JobRecord;
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
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final int KEYS = 4;
    private static final int UNIQUES = 12;

    /** How late what is not ordered takes effect, at most. */
    private static final long LATEST_MICROS = 600_000_000;

    /** How late what is ordered does: with the patience of who sends it still in order. */
    private static final long LATE_MICROS = 12_000_000;

    private static final String LATE_KEY = "late";

    /**
     * A job that is submitted.
     *
     * @param unique of which there may be one, for good; "" for none
     */
    record Planned(
            int partition,
            Spot spot,
            Bytes value,
            Draft.@Nullable Mark mark,
            JobPlan plan,
            String unique)
            implements Draft {
        String name() {
            return JobsScene.name(partition, spot);
        }

        Planned marked(Draft.Mark taken, String name) {
            return new Planned(partition, spot, value, taken, plan, name);
        }
    }

    private final Simulation simulation;
    private final JobsScene scene;
    private final Dice dice;

    /** Of submits that take effect late, as those in somebody's transaction; null for none. */
    private final @Nullable Dice late;

    private final Set<String> busy = new HashSet<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, Long> notBefore = new HashMap<>();
    private final Map<String, SimulatedProcess> hosts = new HashMap<>();
    private long lastTime;
    private long lateAnswered;
    private int submits;
    private boolean isActive;
    private boolean hasPoison;

    JobProducers(Simulation simulation, JobsScene scene, Dice dice) {
        this.simulation = simulation;
        this.scene = scene;
        this.dice = dice;
        Dice own = Dice.of(simulation.seed, "late submits");
        this.late = own.chance(0.4) ? own : null;
    }

    void begin() {
        isActive = true;
        next();
        nextLate();
    }

    void end() {
        isActive = false;
    }

    boolean isActive() {
        return isActive;
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

    private void nextLate() {
        Dice some = late;
        if (some != null) {
            simulation.schedule.after(
                    some.around(3000 * MILLI),
                    () -> {
                        if (isActive) {
                            late(some);
                            nextLate();
                        }
                    });
        }
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

    private Planned draft(String task, String key, int rank, int attempts, JobPlan plan) {
        long time = time();
        long due =
                key.isEmpty()
                        ? time + (dice.chance(0.2) ? dice.skewed(1, 8_000_000) : 0)
                        : Math.max(time, notBefore.getOrDefault(key, 0L));
        return draft(task, key, rank, attempts, plan, time, due);
    }

    private Planned draft(
            String task, String key, int rank, int attempts, JobPlan plan, long time, long due) {
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
        return new Planned(partition, spot, record.toBytes(), null, plan, "");
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
        List<Planned> drafts = new ArrayList<>();
        if (dice.chance(0.15)) {
            drafts.add(withUnique());
        }
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
        submit(host(), drafts, () -> {});
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
            Planned draft = draft(SimulatedConsumer.ORDERED, key, 0, 1000, plan);
            submit(host, List.of(draft), () -> busy.remove(key));
        }
    }

    /** What was due long before it takes effect. */
    private void late(Dice some) {
        simulation.tally.count(Sometimes.JOB_SUBMITTED_LATE);
        long time = time();
        if (some.chance(0.5)) {
            JobPlan plan = plan(submitName(), JobPlan.Kind.GOOD, "", 0);
            String task = some.oneOf(SimulatedConsumer.UNORDERED);
            int rank = some.chance(0.2) ? some.between(1, 9) : 0;
            long due = time - some.skewed(1_000_000, LATEST_MICROS);
            submit(null, List.of(draft(task, "", rank, 1000, plan, time, due)), () -> {});
        } else if (busy.add(LATE_KEY)) {
            long number = numbers.merge(LATE_KEY, 1L, Long::sum);
            JobPlan plan = plan(submitName(), JobPlan.Kind.GOOD, LATE_KEY, number);
            // It was begun when the one before it had been answered.
            long begun = Math.max(time - some.skewed(1, LATE_MICROS), lateAnswered + 1);
            long due = Math.max(begun, notBefore.getOrDefault(LATE_KEY, 0L));
            Planned draft = draft(SimulatedConsumer.ORDERED, LATE_KEY, 0, 1000, plan, time, due);
            submit(
                    null,
                    List.of(draft),
                    () -> {
                        lateAnswered = scene.micros();
                        busy.remove(LATE_KEY);
                    });
        }
    }

    private void unique() {
        submit(host(), List.of(withUnique()), () -> {});
    }

    /** Some keys are free again after a time in which an answer may well be lost. */
    private Planned withUnique() {
        boolean isBrief = dice.chance(0.4);
        String unique = (isBrief ? "brief" : "unique") + dice.between(1, isBrief ? 2 : UNIQUES);
        JobPlan plan = plan(submitName(), JobPlan.Kind.GOOD, "", 0);
        Planned draft = draft(dice.oneOf(SimulatedConsumer.UNORDERED), "", 0, 1000, plan);
        long kept = isBrief ? dice.skewed(100_000, 4_000_000) : DAY_MICROS;
        Draft.Mark mark =
                new Draft.Mark(
                        Math.floorMod(unique.hashCode(), scene.partitions()),
                        new Spot(0, 0, unique),
                        new UniqueRecord(
                                draft.partition(), draft.spot().id(), scene.micros() + kept));
        return draft.marked(mark, isBrief ? "" : unique);
    }

    // How it is sent.

    private Spot ticket() {
        long time = time();
        return new Spot(0, time, "%013x".formatted(time));
    }

    private void submit(@Nullable SimulatedProcess host, List<Planned> jobs, Runnable atEnd) {
        new SubmitRun(simulation, scene, host, jobs, this::ticket, this::answered, atEnd).go();
    }

    private void answered(Planned draft, String job, long since) {
        simulation.tally.count(Sometimes.JOB_SUBMITTED);
        long later = Punctuality.notBefore(draft.spot().due(), scene.micros());
        notBefore.merge(draft.plan().key(), later, Math::max);
        simulation.observe(
                new Observation.JobSubmitted(
                        simulation.now(),
                        since,
                        draft.plan().submit(),
                        job,
                        draft.unique(),
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
                () -> scene.apply(List.of(), steps, Set.of()),
                answer -> {
                    if (answer instanceof Flush.Answer.Applied) {
                        scene.look(partition);
                    }
                });
    }
}
