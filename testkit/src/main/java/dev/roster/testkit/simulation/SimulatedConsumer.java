package dev.roster.testkit.simulation;

import dev.roster.protocol.Event;
import dev.roster.protocol.jobs.Backoff;
import dev.roster.protocol.jobs.Flush;
import dev.roster.protocol.jobs.JobRun;
import dev.roster.protocol.jobs.JobsEffect;
import dev.roster.protocol.jobs.JobsMachine;
import dev.roster.protocol.jobs.JobsSettings;
import dev.roster.protocol.jobs.Reading;
import dev.roster.protocol.jobs.Slip;
import dev.roster.protocol.jobs.TaskSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One process's consumer: the real machine, and adapters that carry its effects out. */
final class SimulatedConsumer {
    static final String ORDERED = "line";

    /** One without limits, one of which few run at once, and one whose keys may be passed. */
    static final List<String> UNORDERED = List.of("free", "few", "skip");

    /** How many there are in all. */
    static final int TASKS = 4;

    private static final long LEAST_WAIT = 1_000_000;
    private static final long TIMEOUT_MICROS = 6_000_000;
    private static final int FENCE = 6;

    private final Simulation simulation;
    private final JobsScene scene;
    private final SimulatedProcess process;
    private final JobsMachine machine;
    private final TreeMap<String, TaskSettings> tasks = new TreeMap<>();
    private final Dice dice;
    private final long errorMicros;
    private final Map<Integer, WorkRun> owned = new LinkedHashMap<>();
    private final Map<JobRun, JobCall> running = new LinkedHashMap<>();
    private long last;
    private long armedFor = Long.MAX_VALUE;

    SimulatedConsumer(Simulation simulation, JobsScene scene, SimulatedProcess process, Dice dice) {
        this.simulation = simulation;
        this.scene = scene;
        this.process = process;
        this.dice = dice;
        long latency = simulation.scenario.latencyNanos() / 1000;
        this.errorMicros = dice.between(-latency, latency);
        Backoff backoff = new Backoff(100_000, 2_000_000, 1);
        TaskSettings.Order none = TaskSettings.Order.NONE;
        TaskSettings.Order block = TaskSettings.Order.BLOCK;
        TaskSettings.Order skip = TaskSettings.Order.SKIP;
        tasks.put(ORDERED, new TaskSettings(0, block, 1, 10, backoff, TIMEOUT_MICROS));
        tasks.put("free", new TaskSettings(0, none, 0, 10, backoff, TIMEOUT_MICROS));
        tasks.put("few", new TaskSettings(2, none, 0, 10, backoff, TIMEOUT_MICROS));
        tasks.put("skip", new TaskSettings(0, skip, 1, 10, backoff, TIMEOUT_MICROS));
        if (!simulation.isHealed && dice.chance(0.15)) {
            tasks.remove(dice.oneOf(List.copyOf(tasks.keySet())));
        }
        machine = new JobsMachine(settings(), tasks, dice.random(), simulation.mutant);
    }

    /** What it can do. */
    Set<String> tasks() {
        return tasks.keySet();
    }

    /** What others can do, as far as it is known here. */
    void others(Set<String> known) {
        machine.others(known, micros());
        act();
    }

    private JobsSettings settings() {
        long stop = simulation.scenario.stopNanos() / 1000;
        return new JobsSettings(
                process.name(),
                scene.partitions(),
                dice.oneOf(List.of(2, 8, 32)),
                dice.oneOf(List.of(8, 64, 1000)),
                1 << 20,
                Math.max(32, simulation.scenario.operations()) - FENCE,
                stop / 4,
                stop / 4,
                true);
    }

    JobsMachine machine() {
        return machine;
    }

    /** The store's clock, as it is known here; never goes back. */
    long micros() {
        last = Math.max(last, scene.micros() + errorMicros);
        return last;
    }

    // What is told to it.

    void owned(WorkRun work) {
        int partition = partition(work);
        owned.put(partition, work);
        machine.owned(partition, work.token(), micros());
        act();
    }

    void drain(WorkRun work) {
        machine.drain(partition(work), work.token(), micros());
        act();
    }

    void lost(WorkRun work) {
        int partition = partition(work);
        machine.lost(partition, work.token(), micros());
        owned.remove(partition, work);
        act();
    }

    private static int partition(WorkRun work) {
        return Integer.parseInt(work.key());
    }

    /** Something may have been put into a partition, or taken out. */
    void hinted(int partition, boolean looks) {
        if (looks) {
            machine.looked(partition);
        } else {
            machine.woken(partition);
        }
        act();
    }

    /** Hands over what was put; returns whether its partition is owned here. */
    boolean handed(int partition, Slip slip) {
        boolean isTaken = machine.handed(partition, slip, micros());
        act();
        return isTaken;
    }

    /** The partitions that it owns. */
    Set<Integer> partitions() {
        return Collections.unmodifiableSet(owned.keySet());
    }

    void ended(JobCall call) {
        running.remove(call.run());
        machine.ended(call.run(), call.outcome(), micros());
        act();
    }

    @Nullable WorkRun ownership(int partition, long token) {
        WorkRun work = owned.get(partition);
        return work == null || work.token() != token ? null : work;
    }

    JobsScene.Owner owner(WorkRun work) {
        return new JobsScene.Owner(work.member(), work.key(), work.token(), work.proof());
    }

    // What it decides.

    void act() {
        machine.tick(micros());
        for (JobsEffect effect : machine.effects()) {
            execute(effect);
        }
        Reading reading = machine.nextReading(micros());
        if (reading != null) {
            read(reading);
        }
        Flush flush = machine.nextFlush(micros());
        if (flush != null) {
            write(flush);
        }
        arm();
    }

    private void arm() {
        long wake = machine.wakeAt(micros());
        if (wake == Long.MAX_VALUE) {
            return;
        }
        long at = simulation.now() + Math.max(LEAST_WAIT, (wake - micros()) * 1000 + 1000);
        if (at < armedFor) {
            armedFor = at;
            simulation.schedule.at(
                    at,
                    () -> {
                        if (armedFor == at) {
                            armedFor = Long.MAX_VALUE;
                            process.act(this::act);
                        }
                    });
        }
    }

    private void execute(JobsEffect effect) {
        simulation.trace.note(simulation.now(), process.name(), effect, 2);
        switch (effect) {
            case JobsEffect.Start start -> {
                JobRun run = start.run();
                WorkRun work = ownership(run.partition(), run.token());
                if (work == null) {
                    throw new IllegalStateException("not owned: " + run);
                }
                JobCall call = new JobCall(simulation, scene, process, work, run);
                running.put(run, call);
                call.begin();
            }
            case JobsEffect.Warn warn -> call(warn.run(), call -> call.warn());
            case JobsEffect.Interrupt interrupt ->
                    call(interrupt.run(), call -> call.interrupt(interrupt.cause()));
            case JobsEffect.Saved saved -> {}
            case JobsEffect.Released released -> {
                WorkRun work = ownership(released.partition(), released.token());
                if (work != null) {
                    owned.remove(released.partition());
                    simulation.tally.count(Sometimes.QUEUE_PARTITION_RELEASED);
                    process.after(0, () -> work.confirm(new Event.Ending.Stopped()));
                }
            }
            case JobsEffect.Fenced fenced -> {
                WorkRun work = ownership(fenced.partition(), fenced.token());
                if (work != null) {
                    owned.remove(fenced.partition());
                    process.after(0, () -> work.confirm(new Event.Ending.GivenBack()));
                }
            }
            case JobsEffect.Pass pass -> {
                WorkRun work = ownership(pass.partition(), pass.token());
                if (work != null) {
                    simulation.tally.count(Sometimes.QUEUE_PARTITION_PASSED_ON);
                    scene.passes.pass(process, work.key(), pass.tasks());
                }
            }
            case JobsEffect.Told told -> told(told.run(), told.what());
            case JobsEffect.Report report -> {}
        }
    }

    private void call(JobRun run, java.util.function.Consumer<JobCall> what) {
        JobCall call = running.get(run);
        if (call != null) {
            what.accept(call);
        }
    }

    private void told(JobRun run, JobsEffect.What what) {
        switch (what) {
            case GIVEN_BACK -> simulation.tally.count(Sometimes.JOB_GIVEN_BACK);
            case LOST -> simulation.tally.count(Sometimes.JOB_LOST);
            case STUCK -> {
                simulation.tally.count(Sometimes.JOB_STUCK);
                call(run, JobCall::revoke);
            }
            case STARTED, SUCCEEDED, RETRIED, DEAD, EXPIRED, CANCELLED -> {}
        }
    }

    // How it reads and writes.

    private void read(Reading reading) {
        Network network = simulation.network;
        long givesUp = simulation.scenario.operationNanos();
        boolean[] isAnswered = new boolean[1];
        Runnable failed =
                () -> {
                    if (!isAnswered[0]) {
                        isAnswered[0] = true;
                        machine.notRead(reading, micros());
                        act();
                    }
                };
        process.after(givesUp, failed);
        if (process.link.losesRequests()) {
            return;
        }
        simulation.schedule.after(
                network.delay(),
                () -> {
                    if (simulation.store.isDown || process.link.losesReplies()) {
                        return;
                    }
                    // What is read together need not have been there together.
                    int half = dice.between(0, reading.wants().size());
                    List<List<Slip>> slips = new ArrayList<>();
                    take(reading, half, slips);
                    simulation.schedule.after(
                            network.delay(),
                            () -> {
                                take(reading, reading.wants().size(), slips);
                                process.after(
                                        network.delay(),
                                        () -> {
                                            if (!isAnswered[0]) {
                                                isAnswered[0] = true;
                                                machine.read(reading, slips, micros());
                                                act();
                                            }
                                        });
                            });
                });
    }

    private void take(Reading reading, int end, List<List<Slip>> slips) {
        while (slips.size() < end) {
            slips.add(simulation.store.queue().read(reading.wants().get(slips.size())));
        }
    }

    /** Sends batches each for itself, and waits for all answers. */
    private void write(Flush flush) {
        int count = flush.batches().size();
        List<Flush.@Nullable Answer> answers = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            answers.add(null);
        }
        int[] left = {count};
        for (int n = 0; n < count; n++) {
            int number = n;
            java.util.function.Consumer<Flush.Answer> then =
                    answer -> {
                        answers.set(number, answer);
                        left[0]--;
                        if (left[0] == 0) {
                            written(flush, answers);
                        }
                    };
            Flush.Batch batch = flush.batches().get(n);
            WorkRun work = ownership(batch.partition(), batch.token());
            if (work == null) {
                process.after(0, () -> then.accept(new Flush.Answer.Fenced("given up meanwhile")));
            } else {
                JobsScene.Owner owner = owner(work);
                scene.calls.send(
                        process, () -> scene.applyOwned(owner, batch.under(), batch.steps()), then);
            }
        }
    }

    private void written(Flush flush, List<Flush.@Nullable Answer> answers) {
        List<Flush.Answer> all = new ArrayList<>();
        for (Flush.@Nullable Answer answer : answers) {
            if (answer != null) {
                all.add(answer);
            }
        }
        machine.flushed(flush, all, micros());
        act();
    }
}
