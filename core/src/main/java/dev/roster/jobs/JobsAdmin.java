package dev.roster.jobs;

import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.IndeterminateException;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.ControlRecord;
import dev.roster.protocol.jobs.DeadRecord;
import dev.roster.protocol.jobs.DoneRecord;
import dev.roster.protocol.jobs.EndState;
import dev.roster.protocol.jobs.JobRecord;
import dev.roster.protocol.jobs.LookRecord;
import dev.roster.store.Place;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Range;
import dev.roster.store.Shelf;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Shows what is in a queue, and changes it: for operators, from any process that reaches the store.
 * Safe for use by many threads. All methods throw {@link StoreUnavailableException} if the store
 * does not answer, and those that change something {@link IndeterminateException} if it is not
 * known whether it did; calling them again does no harm.
 */
public final class JobsAdmin implements AutoCloseable {
    private static final int TRIES = 20;
    private static final int COUNTED = 10_000;

    private final QueueOf queue;
    private final Views views;
    private final Recurring recurring;

    JobsAdmin(QueueOf queue) {
        this.queue = queue;
        this.views = new Views(queue);
        this.recurring = new Recurring(queue);
    }

    /** The queue's name. */
    public String queue() {
        return queue.name;
    }

    /** How many partitions it has. */
    public int partitions() {
        return queue.partitions;
    }

    // What is there.

    /**
     * Jobs in a state, partition by partition, and in each by priority and time.
     *
     * @param task of this task only; "" for all
     * @param atMost about how many at most
     * @param next {@link JobPage#next} of the page before; "" for the first one
     */
    public JobPage list(JobState state, String task, int atMost, String next) {
        return views.list(state, task, atMost, next);
    }

    /** One job; of several that have ended with an id, the last. Looks through its partition. */
    public Optional<JobView> find(JobId id) {
        return views.find(checked(id));
    }

    /** How many jobs there are, and of what kind. */
    public QueueStats stats() {
        long now = queue.now();
        long due = 0;
        long later = 0;
        long dead = 0;
        long oldest = now;
        long counted = 0;
        Map<String, Long> tasks = new TreeMap<>();
        for (int partition = 0; partition < queue.partitions; partition++) {
            for (int rank = 0; rank < Place.RANKS; rank++) {
                Place first = new Place(rank, 0, "-");
                Place end = new Place(rank, now + 1, "-");
                Place last = rank + 1 < Place.RANKS ? new Place(rank + 1, 0, "-") : null;
                QueueRange ranks = new QueueRange(partition, Shelf.WORK, first, last, 1);
                List<QueueEntry> some = queue.read(List.of(ranks)).entries().getFirst();
                if (some.isEmpty()) {
                    continue;
                }
                due += queue.queue.count(new QueueRange(partition, Shelf.WORK, first, end, 1));
                later += queue.queue.count(new QueueRange(partition, Shelf.WORK, end, last, 1));
                oldest = Math.min(oldest, some.getFirst().place().due());
            }
            if (counted < COUNTED) {
                counted += views.countTasks(partition, COUNTED / queue.partitions + 1, tasks);
            }
            dead += queue.queue.count(new QueueRange(partition, Shelf.DEAD, null, null, 1));
        }
        ControlRecord control = control(entry());
        return new QueueStats(
                due,
                later,
                dead,
                Duration.ofNanos((now - oldest) * 1000),
                tasks,
                counted,
                control.paused(),
                control.pausedTasks(),
                control.perHour());
    }

    /** What is submitted to it again and again. */
    public Recurring recurring() {
        return recurring;
    }

    // What is changed.

    /**
     * Cancels a job that waits or runs. One that runs is interrupted soon, and what it does after
     * this is not recorded as done.
     *
     * @return whether it was there
     */
    public boolean cancel(JobId id) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            QueueEntry entry = views.entry(Shelf.WORK, checked(id));
            if (entry == null) {
                return false;
            }
            if (applied(cancellation(entry))) {
                look(id.partition());
                return true;
            }
        }
        throw busy(id);
    }

    private QueueBatch cancellation(QueueEntry entry) {
        long now = queue.time.now();
        Place place = entry.place();
        int partition = entry.partition();
        DoneRecord.Line line = cancelled(entry, now);
        Place done = new Place(0, now, place.id());
        return new QueueBatch(
                List.of(),
                List.of(),
                List.of(
                        new QueueOperation.Take(partition, Shelf.WORK, place),
                        new QueueOperation.Remove(
                                partition, Shelf.PROGRESS, new Place(0, 0, place.id())),
                        Wire.put(
                                partition,
                                Shelf.DONE,
                                done,
                                new DoneRecord(List.of(line)).toBytes())),
                Set.of());
    }

    private static DoneRecord.Line cancelled(QueueEntry entry, long now) {
        String id = entry.place().id();
        try {
            JobRecord job = JobRecord.parse(entry.value());
            return new DoneRecord.Line(
                    id,
                    job.task(),
                    job.key(),
                    EndState.CANCELLED,
                    job.attempts(),
                    job.submitted(),
                    now);
        } catch (CorruptRecordException e) {
            return new DoneRecord.Line(id, "", "", EndState.CANCELLED, 0, 0, now);
        }
    }

    /**
     * Has a dead letter tried again, from the first attempt.
     *
     * @return whether it was there
     * @throws InvalidInputException what is stored of it cannot be read
     */
    public boolean retry(JobId id) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            QueueEntry entry = views.entry(Shelf.DEAD, checked(id));
            if (entry == null) {
                return false;
            }
            if (applied(resurrection(entry))) {
                return true;
            }
        }
        throw busy(id);
    }

    private QueueBatch resurrection(QueueEntry entry) {
        int partition = entry.partition();
        try {
            long now = queue.now();
            DeadRecord dead = DeadRecord.parse(entry.value());
            JobRecord job = JobRecord.parse(dead.job()).again(now);
            Place place = new Place(dead.spot().rank(), now, dead.spot().id());
            return new QueueBatch(
                    List.of(),
                    List.of(),
                    List.of(
                            new QueueOperation.Take(partition, Shelf.DEAD, entry.place()),
                            Wire.put(partition, Shelf.WORK, place, job.toBytes())),
                    Set.of(partition));
        } catch (CorruptRecordException e) {
            throw new InvalidInputException(
                    "The job \"%d:%s\" cannot be tried again: %s. Drop it."
                            .formatted(partition, entry.place().id(), e.getMessage()));
        }
    }

    /**
     * Has all dead letters of a task tried again, "" for all tasks.
     *
     * @return how many
     */
    public int retryAll(String task) {
        return forDead(task, this::retry);
    }

    /**
     * Drops a dead letter.
     *
     * @return whether it was there
     */
    public boolean drop(JobId id) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            QueueEntry entry = views.entry(Shelf.DEAD, checked(id));
            if (entry == null) {
                return false;
            }
            QueueOperation take =
                    new QueueOperation.Take(entry.partition(), Shelf.DEAD, entry.place());
            if (applied(new QueueBatch(List.of(), List.of(), List.of(take), Set.of()))) {
                return true;
            }
        }
        throw busy(id);
    }

    /**
     * Drops all dead letters of a task, "" for all tasks.
     *
     * @return how many
     */
    public int dropAll(String task) {
        return forDead(task, this::drop);
    }

    private interface Change {
        boolean to(JobId id);
    }

    private int forDead(String task, Change change) {
        int count = 0;
        String next = "";
        do {
            JobPage page = list(JobState.DEAD, task, 500, next);
            for (JobView job : page.jobs()) {
                // What cannot be read can only be dropped one by one.
                boolean isReadable = !job.task().isEmpty();
                count += isReadable && change.to(job.id()) ? 1 : 0;
            }
            next = page.next();
        } while (!next.isEmpty());
        return count;
    }

    /** Nothing of the queue is begun from now on; what runs goes on. */
    public void pause() {
        control(now -> new ControlRecord(true, now.pausedTasks(), now.perHour()));
    }

    /** The queue goes on. */
    public void resume() {
        control(now -> new ControlRecord(false, now.pausedTasks(), now.perHour()));
    }

    /** No job of a task is begun from now on. */
    public void pauseTask(String task) {
        Limits.checkedName("task name", task);
        control(now -> {
            TreeSet<String> tasks = new TreeSet<>(now.pausedTasks());
            tasks.add(task);
            return new ControlRecord(now.paused(), tasks, now.perHour());
        });
    }

    /** Jobs of a task go on. */
    public void resumeTask(String task) {
        control(now -> {
            TreeSet<String> tasks = new TreeSet<>(now.pausedTasks());
            tasks.remove(task);
            return new ControlRecord(now.paused(), tasks, now.perHour());
        });
    }

    /**
     * Limits how many jobs are begun in an hour, by all consumers together; 0 for no limit. Each
     * keeps to the share of its partitions, so while these move it is not exact, and a queue whose
     * jobs are all of one key has that partition's share only.
     */
    public void limit(long perHour) {
        if (perHour < 0) {
            throw new InvalidInputException("The limit is %d in an hour.".formatted(perHour));
        }
        control(now -> new ControlRecord(now.paused(), now.pausedTasks(), perHour));
    }

    private @Nullable Entry entry() {
        List<Entry> found = queue.store.read(Range.key(queue.layout.control())).entries();
        return found.isEmpty() ? null : found.getFirst();
    }

    private static ControlRecord control(@Nullable Entry entry) {
        try {
            return entry == null ? ControlRecord.NONE : ControlRecord.parse(entry.value());
        } catch (CorruptRecordException e) {
            return ControlRecord.NONE;
        }
    }

    private void control(UnaryOperator<ControlRecord> how) {
        String key = queue.layout.control();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Entry entry = entry();
            Condition condition =
                    entry == null ? new Condition.Absent(key) : Condition.unchanged(entry);
            ControlRecord next = how.apply(control(entry));
            if (queue.commit(List.of(condition), new Operation.Put(key, next.toBytes()))) {
                return;
            }
        }
        throw new StoreUnavailableException(
                "Others changed the queue \"%s\" %d times in a row; try again."
                        .formatted(queue.name, TRIES));
    }

    private void look(int partition) {
        long number = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
        Operation put =
                new Operation.Put(queue.layout.look(), new LookRecord(partition, number).toBytes());
        boolean unused = queue.commit(List.of(), put);
    }

    private boolean applied(QueueBatch batch) {
        return switch (queue.queue.apply(batch)) {
            case QueueResult.Applied unused -> true;
            case QueueResult.Refused unused -> false;
            case QueueResult.Fenced fenced -> throw new StoreUnavailableException(fenced.why());
            case QueueResult.NotApplied it ->
                    throw new StoreUnavailableException("Nothing was written: " + it.why());
            case QueueResult.Unknown it -> throw QueueOf.unknown(it.why());
        };
    }

    private static StoreUnavailableException busy(JobId id) {
        return new StoreUnavailableException(
                "The job \"%s\" was changed %d times in a row; try again.".formatted(id, TRIES));
    }

    private JobId checked(JobId id) {
        if (id.partition() < 0 || id.partition() >= queue.partitions) {
            throw new InvalidInputException(
                    "The job %s is of no partition of this queue, which has %d."
                            .formatted(Limits.quoted(id.toString()), queue.partitions));
        }
        return id;
    }

    /** Removes what is older than it is kept for, in all partitions; consumers do it anyhow. */
    public void clean(ConsumerOptions options) {
        for (int partition = 0; partition < queue.partitions; partition++) {
            Janitor.clean(queue, partition, options);
        }
    }

    /** Ends it. Calling it again does nothing. */
    @Override
    public void close() {
        queue.close();
    }
}
