package dev.roster.jobs;

import dev.roster.JoinRefusedException;
import dev.roster.Problem;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.group.GroupListener;
import dev.roster.group.Member;
import dev.roster.protocol.jobs.JobCounts;
import dev.roster.protocol.jobs.JobsMachine;
import dev.roster.protocol.jobs.JobsSettings;
import dev.roster.store.Queue;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Does the jobs of one queue, those of the partitions that its member owns. Say what it can do and
 * {@link #start} it. Safe for use by many threads.
 */
public final class Consumer implements AutoCloseable {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(60);
    private static final Duration BEYOND = Duration.ofSeconds(10);

    /** A fence has a few conditions, each an operation. */
    private static final int FENCE = 8;

    private final Member member;
    private final QueueOf queue;
    private final Ears ears = new Ears();
    private final Tasks tasks = new Tasks();
    private ConsumerOptions options = ConsumerOptions.defaults();
    private @Nullable JobContext context;
    private @Nullable Pump pump;
    private @Nullable Colleagues colleagues;
    private Queue.@Nullable Waking waking;
    private @Nullable Thread listening;
    private boolean closed;

    Consumer(Member member, QueueOf queue) {
        this.member = member;
        this.queue = queue;
    }

    private DivisionOptions divisionOptions() {
        Duration stop = options.grace().plus(options.stuckAfter()).plus(BEYOND);
        return DivisionOptions.defaults().withWeight(options.weight()).withStopWithin(stop);
    }

    /** The queue's name. */
    public String queue() {
        return queue.name;
    }

    /** The member whose consumer this is. */
    public Member member() {
        return member;
    }

    /** How it works; before it is started. */
    public synchronized Consumer options(ConsumerOptions value) {
        requireNew();
        options = value;
        return this;
    }

    /** What does the jobs of a task, with {@linkplain TaskOptions#defaults defaults}. */
    public Consumer task(String name, JobHandler handler) {
        return task(name, TaskOptions.defaults(), handler);
    }

    /** What does the jobs of a task; before it is started. */
    public synchronized Consumer task(String name, TaskOptions how, JobHandler handler) {
        requireNew();
        tasks.add(name, how, handler);
        return this;
    }

    /** Tells a listener what happens to jobs here. */
    public Consumer listen(JobListener listener) {
        ears.add(listener);
        return this;
    }

    /** Tells a listener what an operator should know. */
    public Consumer onProblem(java.util.function.Consumer<Problem> listener) {
        ears.addProblems(listener);
        return this;
    }

    /** Runs handlers in the context that their jobs carry; before it is started. */
    public synchronized Consumer withContext(JobContext value) {
        requireNew();
        context = value;
        return this;
    }

    private void requireNew() {
        if (pump != null || closed) {
            throw new IllegalStateException("The consumer was started already.");
        }
    }

    /**
     * Begins to take partitions and to do their jobs. Returns when the member takes part.
     *
     * @throws dev.roster.JoinRefusedException members of the group have other settings
     * @throws dev.roster.StoreUnavailableException taking part took too long; it goes on trying
     * @throws dev.roster.RosterException the member has left
     */
    public Consumer start() {
        Division part;
        Pump started;
        Colleagues others = new Colleagues(queue, member, tasks.handlers.keySet());
        FailSafe failSafe = new FailSafe(queue.name, ears, member::cancel);
        synchronized (this) {
            requireNew();
            long now = queue.now();
            part = Division.space(member, queue.division(), queue.partitions, divisionOptions());
            JobsMachine machine =
                    new JobsMachine(
                            settings(), tasks.settings, new SplittableRandom(now ^ hashCode()));
            // Until it is known what operators want.
            machine.paused(true, Set.of(), now);
            started =
                    new Pump(
                            queue,
                            part,
                            machine,
                            Map.copyOf(tasks.handlers),
                            context,
                            ears,
                            failSafe,
                            others);
            pump = started;
            colleagues = others;
            listening = ears.start(queue.name);
            waking = queue.queue.listen(started::woken);
        }
        Handover.add(queue, started);
        started.start();
        Clockwork clockwork = new Clockwork(queue, started, ears);
        Map.of(
                        "control", new ControlWatch(queue, started, clockwork, others),
                        "recurring", clockwork,
                        "janitor", new Janitor(queue, started, others, options))
                .forEach((role, task) ->
                        // A virtual one could be kept from going on by handlers that compute.
                        Thread.ofPlatform()
                                .daemon()
                                .name("roster-jobs-" + role + "-" + queue.name)
                                .start(() -> failSafe.guard(task)));
        member.listen(
                new GroupListener() {
                    @Override
                    public void left() {
                        end();
                    }
                });
        try {
            part.listen(started);
        } catch (JoinRefusedException e) {
            end();
            throw e;
        } finally {
            others.open();
        }
        return this;
    }

    private JobsSettings settings() {
        return new JobsSettings(
                member.name(),
                queue.partitions,
                options.concurrency(),
                options.prefetch(),
                options.prefetchBytes(),
                queue.queue.limits().operations() - FENCE,
                Times.micros(options.grace()),
                Times.micros(options.stuckAfter()),
                !options.keepDone().isZero());
    }

    /** What it has done so far, and does now. */
    public synchronized ConsumerCounts counts() {
        Pump known = pump;
        if (known == null) {
            return new ConsumerCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        }
        JobCounts counts = known.counts();
        return new ConsumerCounts(
                counts.started(),
                counts.succeeded(),
                counts.retried(),
                counts.dead(),
                counts.expired(),
                counts.cancelled(),
                counts.givenBack(),
                counts.lost(),
                counts.stuck(),
                counts.fenced(),
                counts.partitions(),
                counts.waiting(),
                counts.running());
    }

    /** Tasks that jobs of its partitions wait for, and that it does not have. */
    public synchronized Set<String> unknownTasks() {
        Pump known = pump;
        return known == null ? Set.of() : known.unknownTasks();
    }

    /**
     * Gives its partitions up: begins nothing more, lets what runs go on for the {@linkplain
     * ConsumerOptions#grace grace}, interrupts it, and waits for it. The member stays in its group.
     * A consumer ends with its member, too, in the same way. Calling it again does nothing.
     *
     * @throws dev.roster.StoreUnavailableException that took longer than a minute
     */
    @Override
    public void close() {
        Division part;
        Colleagues others;
        synchronized (this) {
            if (closed) {
                return;
            }
            part = pump == null || pump.isOver() ? null : pump.division();
            others = colleagues;
        }
        try {
            if (part != null && others != null) {
                // Before: what is passed on now is not for this one.
                others.withdraw();
                part.flush(CLOSE_WITHIN);
            }
        } finally {
            end();
        }
    }

    private void end() {
        Pump known;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            known = pump;
            if (waking != null) {
                waking.close();
            }
            if (listening != null) {
                listening.interrupt();
            }
        }
        if (known != null) {
            Handover.remove(queue, known);
            known.end();
        }
        queue.close();
    }
}
