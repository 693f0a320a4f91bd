package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.Fence;
import dev.roster.InvalidInputException;
import dev.roster.protocol.jobs.JobRun;
import dev.roster.protocol.jobs.JobsEffect;
import dev.roster.protocol.jobs.Outcome;
import dev.roster.protocol.jobs.ProgressRecord;
import dev.roster.protocol.jobs.Step;
import dev.roster.store.QueueBatch;
import dev.roster.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A queue for the tests of those who write jobs: in memory, in virtual time, on the thread that
 * calls. Time stands still until it is {@linkplain #advance advanced}; then retries, delayed and
 * recurring jobs come due as they would have, and handlers run one after another. What is decided
 * is decided by the same code as in a {@link Consumer}: attempts, back-off, order of keys, unique
 * keys, expiry, pauses, limits per hour, dead letters. For one thread; needs no test library.
 *
 * <p>Handlers run to their end before anything else happens, so nothing is interrupted here:
 * timeouts, grace and lost partitions do not occur.
 */
public final class JobsTestKit implements AutoCloseable {
    /** When time begins if nothing is said. */
    public static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

    /** Most attempts in one call; who needs more has jobs that submit each other without end. */
    public static final int MOST = 10_000;

    /** Jobs that are submitted at one time are due a microsecond after each other. */
    private static final long TOGETHER = 10_000;

    private final VirtualStore store;
    private final Producer producer;
    private final JobsAdmin admin;
    private final QueueOf queue;
    private final Tasks tasks = new Tasks();
    private final ArrayDeque<ActiveJob> starting = new ArrayDeque<>();
    private final Map<JobRun, Outcome> outcomes = new HashMap<>();
    private final Map<JobRun, ActiveJob> active = new HashMap<>();
    private final Tenure tenure;
    private List<Ran> ran = new ArrayList<>();
    private @Nullable JobContext context;
    private @Nullable VirtualEngine engine;
    private boolean isRunning;

    /**
     * What became of an attempt, or of a job that none was made at.
     *
     * @param id the job
     * @param task its task
     * @param key its key, "" for none
     * @param payload what it is about
     * @param attempt which attempt, from 1
     * @param outcome how it ended: done, to be tried again, dead, expired, cancelled
     * @param error the message of what the handler threw; "" if it did not
     */
    public record Ran(
            JobId id,
            String task,
            String key,
            Bytes payload,
            int attempt,
            JobEvent.Kind outcome,
            String error) {}

    private JobsTestKit(String name, Instant begin) {
        store = new VirtualStore(Times.micros(begin));
        int unused = Jobs.create(store, name, 1);
        producer = Jobs.producer(store, name);
        admin = Jobs.admin(store, name);
        queue = QueueOf.open(store, name, 1);
        Fence fence = new Fence(store.identity(), List.of());
        tenure =
                new Tenure() {
                    @Override
                    public boolean isValid() {
                        return true;
                    }

                    @Override
                    public Fence fence() {
                        return fence;
                    }

                    @Override
                    public long token() {
                        return VirtualEngine.TOKEN;
                    }
                };
    }

    /** An empty queue; time begins with {@link #BEGIN}. */
    public static JobsTestKit of(String queue) {
        return of(queue, BEGIN);
    }

    /** An empty queue; time begins as said. */
    public static JobsTestKit of(String queue, Instant begin) {
        return new JobsTestKit(queue, begin);
    }

    /** What does the jobs of a task, with {@linkplain TaskOptions#defaults defaults}. */
    public JobsTestKit task(String name, JobHandler handler) {
        return task(name, TaskOptions.defaults(), handler);
    }

    /** What does the jobs of a task; before anything ran. */
    public JobsTestKit task(String name, TaskOptions how, JobHandler handler) {
        requireNew();
        tasks.add(name, how, handler);
        return this;
    }

    /** Carries a context from submits to handlers; before anything ran. */
    public JobsTestKit withContext(JobContext value) {
        requireNew();
        context = value;
        producer.withContext(value);
        return this;
    }

    private void requireNew() {
        if (engine != null) {
            throw new IllegalStateException("Jobs ran already.");
        }
    }

    /** The store: what is made of it goes by the virtual time. */
    public Store store() {
        return store;
    }

    /** Submits to the queue. */
    public Producer producer() {
        return producer;
    }

    /** Shows and changes what is in the queue. */
    public JobsAdmin admin() {
        return admin;
    }

    /** What is submitted to the queue again and again. */
    public Recurring recurring() {
        return admin.recurring();
    }

    /** What time it is. */
    public Instant now() {
        return Times.instant(store.clock.get());
    }

    /**
     * Does all that is due now, and what that submits to be done now.
     *
     * @return what ran, in the order in which it ended
     */
    public List<Ran> runDue() {
        return run(Duration.ZERO);
    }

    /**
     * Lets time pass, and does all that comes due, each at its time.
     *
     * @return what ran, in the order in which it ended
     */
    public List<Ran> advance(Duration time) {
        if (time.isNegative()) {
            throw new InvalidInputException("Time does not go back by " + time.negated() + ".");
        }
        return run(time);
    }

    private List<Ran> run(Duration time) {
        if (isRunning) {
            throw new IllegalStateException("A handler cannot let time pass.");
        }
        isRunning = true;
        try {
            ran = new ArrayList<>();
            long end = store.clock.get() + Times.micros(time);
            VirtualEngine known = engine();
            settle(known);
            for (long wake = known.wakeAt(); ; wake = known.wakeAt()) {
                long now = store.clock.get();
                if (wake > end && wake - Math.max(now, end) > TOGETHER) {
                    break;
                }
                store.clock.set(Math.max(now, wake));
                settle(known);
            }
            if (store.clock.get() < end) {
                store.clock.set(end);
                settle(known);
            }
            return List.copyOf(ran);
        } finally {
            isRunning = false;
        }
    }

    private VirtualEngine engine() {
        VirtualEngine known = engine;
        if (known == null) {
            known = new VirtualEngine(queue, tasks.settings, tenure.fence(), this::act);
            engine = known;
        }
        return known;
    }

    /** Does what can be done at this time. */
    private void settle(VirtualEngine known) {
        Calls calls = new Calls(tasks.handlers, context);
        known.woken();
        boolean isSure = false;
        while (true) {
            boolean moved = known.step();
            ActiveJob job = starting.poll();
            if (job != null) {
                Outcome outcome = calls.call(job);
                outcomes.put(job.run(), outcome);
                active.remove(job.run());
                known.ended(job.run(), outcome);
                if (ran.size() > MOST) {
                    throw new IllegalStateException(
                            "More than %d attempts were made, and there are more.".formatted(MOST));
                }
            }
            if (job != null) {
                // It may have submitted something.
                isSure = false;
            } else if (!moved && isSure) {
                return;
            } else if (!moved) {
                isSure = true;
                known.woken();
            }
        }
    }

    private void act(JobsEffect effect) {
        switch (effect) {
            case JobsEffect.Start start -> {
                ActiveJob job = new ActiveJob(desk, start.run(), tenure);
                active.put(start.run(), job);
                starting.add(job);
            }
            case JobsEffect.Saved saved -> {
                ActiveJob job = active.get(saved.run());
                if (job != null) {
                    job.saved = Math.max(job.saved, saved.sequence());
                }
            }
            case JobsEffect.Told told -> tell(told.run(), told.what());
            case JobsEffect.Warn unused -> {}
            case JobsEffect.Interrupt unused -> {}
            case JobsEffect.Released unused -> {}
            case JobsEffect.Fenced unused -> {}
            case JobsEffect.Pass unused -> {}
            case JobsEffect.Report unused -> {}
        }
    }

    private void tell(JobRun run, JobsEffect.What what) {
        if (what == JobsEffect.What.STARTED) {
            return;
        }
        Outcome outcome = outcomes.remove(run);
        String error = outcome instanceof Outcome.Failed failed ? failed.message() : "";
        ran.add(
                new Ran(
                        new JobId(run.partition(), run.spot().id()),
                        run.job().task(),
                        run.job().key(),
                        run.job().payload(),
                        run.attempt(),
                        Ears.kind(what),
                        error));
    }

    /** Jobs that wait, until they are due or for another attempt. */
    public List<JobView> waiting() {
        return all(JobState.WAITING);
    }

    /** Jobs that are done, as far as word of them is kept. */
    public List<JobView> done() {
        return all(JobState.DONE);
    }

    /** Dead letters. */
    public List<JobView> dead() {
        return all(JobState.DEAD);
    }

    /** Tasks that jobs wait for, and that nothing was said to do. */
    public Set<String> unknownTasks() {
        VirtualEngine known = engine;
        return known == null ? Set.of() : known.unknownTasks();
    }

    private List<JobView> all(JobState state) {
        List<JobView> all = new ArrayList<>();
        String next = "";
        do {
            JobPage page = admin.list(state, "", 500, next);
            all.addAll(page.jobs());
            next = page.next();
        } while (!next.isEmpty());
        return all;
    }

    /** Ends it; nothing is left. */
    @Override
    public void close() {
        producer.close();
        admin.close();
        queue.close();
        store.close();
    }

    private final Desk desk =
            new Desk() {
                @Override
                public @Nullable ProgressRecord progress(JobRun run) {
                    return run.progress();
                }

                @Override
                public long save(
                        JobRun run,
                        @Nullable Bytes checkpoint,
                        int percent,
                        String note,
                        boolean urgent) {
                    return engine().save(run, checkpoint, percent, note, urgent);
                }

                @Override
                public boolean awaitSaved(ActiveJob job, long sequence) {
                    boolean moves = true;
                    while (job.saved < sequence && moves) {
                        moves = engine().write();
                    }
                    return job.saved >= sequence;
                }

                @Override
                public Step followUp(Job job) {
                    return finishing().followUp(job);
                }

                @Override
                public QueueBatch completion(ActiveJob job) {
                    return engine().completion(finishing(), job);
                }
            };

    private Finishing finishing() {
        return new Finishing(queue, context);
    }
}
