package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.FireTimes;
import dev.roster.protocol.jobs.FiredRecord;
import dev.roster.protocol.jobs.JobRecord;
import dev.roster.protocol.jobs.ScheduleRecord;
import dev.roster.protocol.jobs.Timetable;
import dev.roster.store.Range;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The recurring jobs of a queue: what is submitted again and again, once for each fire time of a
 * schedule by the store's clock, whichever consumers there are. While there are none, nothing is;
 * {@link Missed} says what is made up for then. Safe for use by many threads; throws what {@link
 * JobsAdmin} does.
 *
 * <p>The id of each job is the name of its schedule and the fire time, {@code
 * nightly:2030-01-31T02:00:00Z}; both are also its headers {@value #SCHEDULE} and {@value
 * #FIRE_TIME}. A job is submitted whether or not the one before it has ended; with a key and a task
 * that keeps order it waits for it.
 */
public final class Recurring {
    /** Header of a job that names the schedule that it is of. */
    public static final String SCHEDULE = Timetable.SCHEDULE;

    /** Header of a job with the fire time; one that was triggered has none. */
    public static final String FIRE_TIME = Timetable.FIRE_TIME;

    /** Most recurring jobs of a queue; all its consumers know all of them. */
    public static final int MOST = 1000;

    /** Longest name. */
    public static final int NAME_CHARACTERS = 64;

    private static final int TRIES = 20;

    private final QueueOf queue;
    private final Ids ids = new Ids();

    Recurring(QueueOf queue) {
        this.queue = queue;
    }

    /** The same as {@link #put(String, Schedule, Job, Missed)} with {@link Missed#runLast}. */
    public void put(String name, Schedule schedule, Job job) {
        put(name, schedule, job, Missed.runLast());
    }

    /**
     * Makes a recurring job, or changes the one of that name. The same again changes nothing, so
     * that a process can do it each time it begins. A new schedule counts from now on; one that is
     * only given another job goes on; what rests goes on resting.
     *
     * @param name 1 to {@value #NAME_CHARACTERS} of {@code A-Z a-z 0-9 . _ -}
     * @param job what is submitted each time: with an expiry, if it may be too late to begin, but
     *     without a delay, a time, a unique key or an id
     * @throws InvalidInputException a limit is broken
     */
    public void put(String name, Schedule schedule, Job job, Missed missed) {
        checkName(name);
        if (!job.id().isEmpty()
                || !job.unique().isEmpty()
                || !job.delay().isZero()
                || job.at() != null) {
            throw new InvalidInputException(
                    "The recurring job \"%s\" gives its jobs their ids and times itself: no id, unique key, delay or time is to be set."
                            .formatted(name));
        }
        String text = schedule.text();
        if (!Schedule.of(text).text().equals(text)) {
            throw new InvalidInputException(
                    "The schedule %s cannot be made of its text again.".formatted(text));
        }
        long now = queue.now();
        ScheduleRecord fresh =
                new ScheduleRecord(
                        text,
                        now,
                        false,
                        missed.stored(),
                        missed.atMost(),
                        Times.micros(missed.late()),
                        job.priority(),
                        job.record(0, 0));
        Limits.checkedSize("recurring job", fresh.toBytes(), Limits.VALUE_BYTES);
        boolean unused =
                change(
                        name,
                        known -> {
                            if (known == null) {
                                checkRoom(name);
                                return fresh;
                            }
                            long since = known.schedule().equals(text) ? known.since() : now;
                            return fresh.with(since, known.paused());
                        });
    }

    private static void checkName(String name) {
        boolean isName =
                !name.isEmpty()
                        && name.length() <= NAME_CHARACTERS
                        && name.chars().allMatch(Recurring::isOfName);
        if (!isName) {
            throw new InvalidInputException(
                    "The name %s is not 1 to %d of the characters A-Z a-z 0-9 . _ - alone."
                            .formatted(Limits.quoted(name), NAME_CHARACTERS));
        }
    }

    private static boolean isOfName(int c) {
        boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return isLetter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }

    private void checkRoom(String name) {
        if (all().size() >= MOST) {
            throw new InvalidInputException(
                    "The recurring job \"%s\" is one too many: the limit is %d."
                            .formatted(name, MOST));
        }
    }

    /**
     * Has it rest: what is due meanwhile is not submitted, and not made up for.
     *
     * @return whether it is there
     */
    public boolean pause(String name) {
        return changeKnown(name, known -> known.with(known.since(), true));
    }

    /**
     * Has it go on, with the next fire time from now.
     *
     * @return whether it is there
     */
    public boolean resume(String name) {
        long now = queue.now();
        return changeKnown(name, known -> known.paused() ? known.with(now, false) : known);
    }

    private boolean changeKnown(String name, UnaryOperator<ScheduleRecord> how) {
        return change(name, known -> known == null ? null : how.apply(known));
    }

    /**
     * Removes it; what was submitted stays.
     *
     * @return whether it was there
     */
    public boolean delete(String name) {
        String key = key(name);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Entry entry = entry(name);
            if (entry == null) {
                return false;
            }
            if (queue.commit(List.of(Condition.unchanged(entry)), new Operation.Delete(key))) {
                return true;
            }
        }
        throw busy(name);
    }

    /**
     * Submits its job now, besides the schedule, also while it rests.
     *
     * @return the job's id; empty if there is no such recurring job
     */
    public Optional<JobId> trigger(String name) {
        Entry entry = entry(name);
        if (entry == null) {
            return Optional.empty();
        }
        ScheduleRecord record = parsed(name, entry.value());
        long now = ids.time(queue.now());
        Timetable.Fire fire = Timetable.fire(name, record, queue.partitions, ids.at(now), now);
        Prepared job = new Prepared(fire.partition(), fire.spot(), fire.job().toBytes(), null);
        new Submitter(queue, ids).submit(List.of(job));
        return Optional.of(job.id());
    }

    /** All of them, by their names. */
    public List<RecurringJob> list() {
        List<RecurringJob> all = new ArrayList<>();
        for (Entry entry : all()) {
            String name = entry.key().substring(queue.layout.schedules().length());
            all.add(view(name, parsed(name, entry.value())));
        }
        return all;
    }

    /** One of them. */
    public Optional<RecurringJob> find(String name) {
        Entry entry = entry(name);
        return entry == null
                ? Optional.empty()
                : Optional.of(view(name, parsed(name, entry.value())));
    }

    private RecurringJob view(String name, ScheduleRecord record) {
        FiredRecord fired = fired(name);
        boolean hasFired = fired.last() > 0;
        long base = Math.max(fired.through(), record.since());
        JobRecord job = record.job();
        return new RecurringJob(
                name,
                record.schedule(),
                job.task(),
                job.key(),
                Missed.of(
                        record.missed(),
                        record.most(),
                        Duration.of(record.late(), ChronoUnit.MICROS)),
                record.paused(),
                record.paused() ? null : next(record.schedule(), base),
                hasFired ? Times.instant(fired.last()) : null,
                hasFired ? new JobId(fired.partition(), Timetable.id(name, fired.last())) : null);
    }

    private FiredRecord fired(String name) {
        try {
            Bytes found = Clockwork.fired(queue, name);
            return found == null ? new FiredRecord(0, 0, 0) : FiredRecord.parse(found);
        } catch (CorruptRecordException e) {
            // Nothing is known of what was submitted; consumers report it.
            return new FiredRecord(0, 0, 0);
        }
    }

    private static @Nullable Instant next(String schedule, long base) {
        try {
            long next = Clockwork.times(Schedule.of(schedule)).after(base);
            return next == FireTimes.NEVER ? null : Times.instant(next);
        } catch (InvalidInputException e) {
            return null;
        }
    }

    private String key(String name) {
        checkName(name);
        return queue.layout.schedules() + name;
    }

    private List<Entry> all() {
        return queue.store.read(Range.prefix(queue.layout.schedules())).entries();
    }

    private @Nullable Entry entry(String name) {
        List<Entry> found = queue.store.read(Range.key(key(name))).entries();
        return found.isEmpty() ? null : found.getFirst();
    }

    private static ScheduleRecord parsed(String name, Bytes value) {
        try {
            return ScheduleRecord.parse(value);
        } catch (CorruptRecordException e) {
            throw new InvalidInputException(
                    "The recurring job \"%s\" cannot be read: %s. Delete it."
                            .formatted(name, e.getMessage()));
        }
    }

    private interface Change {
        @Nullable ScheduleRecord of(@Nullable ScheduleRecord known);
    }

    /** Changes one; returns whether it is there then. */
    private boolean change(String name, Change how) {
        String key = key(name);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Entry entry = entry(name);
            ScheduleRecord known = entry == null ? null : parsed(name, entry.value());
            ScheduleRecord next = how.of(known);
            if (next == null || next.equals(known)) {
                return next != null;
            }
            Condition condition =
                    entry == null ? new Condition.Absent(key) : Condition.unchanged(entry);
            if (queue.commit(List.of(condition), new Operation.Put(key, next.toBytes()))) {
                return true;
            }
        }
        throw busy(name);
    }

    private static StoreUnavailableException busy(String name) {
        return new StoreUnavailableException(
                "Others changed the recurring job \"%s\" %d times in a row; try again."
                        .formatted(name, TRIES));
    }
}
