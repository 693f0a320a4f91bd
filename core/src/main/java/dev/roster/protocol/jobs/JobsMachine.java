package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.Mutant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One consumer of one queue: what it reads, starts, interrupts and writes. It is told what happened
 * and when, in microseconds of the store's clock, and asked for {@link #effects}, for what to read
 * and for what to write. For one caller at a time.
 */
public final class JobsMachine {
    /** How long a look at a partition may be off at most, without any wake. */
    static final long POLL = 1_000_000;

    /** How often reading goes back further, for what appeared far before where it came to. */
    static final long SWEEP = 5_000_000;

    /** How far back reading goes each time. */
    static final long LATE = 1_000_000;

    /** How often what jobs saved is written. */
    static final long SAVE = 1_000_000;

    /** After which time a job that runs is marked. */
    static final long MARK = 1_000_000;

    /** How long a job is alone that is begun with care. */
    static final long ALONE = 10_000_000;

    /** Owners that crashed within this time make the next one careful. */
    static final long CRASH_WINDOW = 600_000_000;

    /** As many of them. */
    static final int CRASHES = 2;

    private final Mutant mutant;
    final JobsSettings settings;
    final RandomGenerator random;
    final Map<Integer, Part> parts = new TreeMap<>();

    /** The tokens under which partitions were lost, for when they are regained. */
    private final Map<Integer, Long> lostTokens = new TreeMap<>();

    final Map<String, TaskState> tasks = new TreeMap<>();
    final Tally tally = new Tally();
    final Alarms alarms = new Alarms();
    final Starts starts = new Starts(this);
    final Ends ends = new Ends(this);
    final Sweeps sweeps = new Sweeps(this);
    final Reads reads = new Reads(this);
    final Writes writes = new Writes(this);
    final Passes passes = new Passes(this);
    private List<JobsEffect> effects = new ArrayList<>();
    boolean isPaused;
    Set<String> pausedTasks = new TreeSet<>();

    /**
     * A consumer that owns nothing yet.
     *
     * @param tasks what it can do, by name
     */
    public JobsMachine(
            JobsSettings settings, Map<String, TaskSettings> tasks, RandomGenerator random) {
        this(settings, tasks, random, Mutant.NONE);
    }

    /** The same with a mistake. */
    public JobsMachine(
            JobsSettings settings,
            Map<String, TaskSettings> tasks,
            RandomGenerator random,
            Mutant mutant) {
        this.mutant = mutant;
        this.settings = settings;
        this.random = random;
        tasks.forEach((name, task) -> this.tasks.put(name, new TaskState(name, task)));
    }

    /** Whether it makes this mistake. */
    boolean is(Mutant mistake) {
        return mutant == mistake;
    }

    /** What is to be done since this was called last. */
    public List<JobsEffect> effects() {
        if (effects.isEmpty()) {
            return List.of();
        }
        List<JobsEffect> all = effects;
        effects = new ArrayList<>();
        return all;
    }

    void emit(JobsEffect effect) {
        effects.add(effect);
    }

    /** A partition is owned from now on. */
    public void owned(int partition, long token, long now) {
        Part before = parts.get(partition);
        if (before != null) {
            lost(before, now);
        }
        Long lost = lostTokens.remove(partition);
        Part part = new Part(partition, token, lost != null && lost == token);
        part.since = now;
        part.sweepAt = now + SWEEP;
        if (parts.isEmpty()) {
            sweeps.begin(now);
        }
        parts.put(partition, part);
    }

    /** A partition is to be given up, under the token that it is owned by. */
    public void drain(int partition, long token, long now) {
        Part part = parts.get(partition);
        if (part == null || part.token != token) {
            emit(new JobsEffect.Released(partition, token));
        } else if (part.phase == Part.Phase.OPENING && !part.isInFlight && !part.isTurnTaken) {
            over(part);
            emit(new JobsEffect.Released(partition, token));
        } else if (part.phase == Part.Phase.OPENING
                || part.phase == Part.Phase.ACTIVE
                || part.phase == Part.Phase.PASSING) {
            part.phase = Part.Phase.DRAINING;
            part.drainedAt = now;
            starts.dropWaiting(part);
            ends.stopAll(part, StopCause.DRAIN, now);
            settle(part);
        }
    }

    /** A partition is owned no more: nothing that is done for it counts. */
    public void lost(int partition, long token, long now) {
        Part part = parts.get(partition);
        if (part != null && part.token == token) {
            lost(part, now);
        }
    }

    void lost(Part part, long now) {
        lostTokens.put(part.partition, part.token);
        starts.dropWaiting(part);
        ends.stopAll(part, StopCause.LOST, now);
        over(part);
        starts.begin(now);
    }

    private void over(Part part) {
        part.phase = Part.Phase.OVER;
        parts.remove(part.partition, part);
    }

    /** Gives a part up, step by step, when it is to be and nothing holds it. */
    void settle(Part part) {
        if (part.phase == Part.Phase.DRAINING
                && part.busy == 0
                && part.ending.isEmpty()
                && part.saving.isEmpty()
                && part.leftovers.isEmpty()
                && !part.isInFlight) {
            part.phase = Part.Phase.RELEASING;
            part.owners = part.owners.owned(false);
            part.ownersUnwritten = true;
        }
    }

    /** That a part has an owner, or has none, is written. */
    void ownersWritten(Part part) {
        if (part.phase == Part.Phase.RELEASING) {
            over(part);
            emit(new JobsEffect.Released(part.partition, part.token));
        } else if (part.phase == Part.Phase.OPENING) {
            part.isTurnTaken = true;
            if (part.isRegained) {
                Openings.again(part);
            } else {
                part.phase = Part.Phase.ACTIVE;
            }
        }
    }

    /** There may be something new in a partition; −1 for all. */
    public void woken(int partition) {
        if (partition < 0) {
            parts.values().forEach(part -> part.isWoken = true);
        } else {
            Part part = parts.get(partition);
            if (part != null) {
                part.isWoken = true;
            }
        }
    }

    /** Something may have been taken out of a partition by others. */
    public void looked(int partition) {
        Part part = parts.get(partition);
        if (part != null) {
            part.looks = true;
        }
    }

    /** Whether it does the jobs of a partition. */
    public boolean isActive(int partition) {
        Part part = parts.get(partition);
        return part != null && part.phase == Part.Phase.ACTIVE;
    }

    /**
     * An entry was put that this consumer may well do.
     *
     * @return whether it does the jobs of the partition, now or when it has read it
     */
    public boolean handed(int partition, Slip slip, long now) {
        Part part = parts.get(partition);
        if (part == null || part.phase != Part.Phase.ACTIVE) {
            return false;
        }
        reads.handed(part, slip, now);
        starts.begin(now);
        return true;
    }

    /** What to read now, together; null for nothing, or while a reading is under way. */
    public @Nullable Reading nextReading(long now) {
        return reads.next(now);
    }

    /** What was read, in the order that was asked for. */
    public void read(Reading reading, List<List<Slip>> slips, long now) {
        reads.done(reading, slips, now);
        passes.go(now);
        starts.begin(now);
    }

    /** Nothing was read. */
    public void notRead(Reading reading, long now) {
        reads.failed(reading, now);
    }

    /** What to write now; null for nothing, or while something is being written. */
    public @Nullable Flush nextFlush(long now) {
        return writes.next(now);
    }

    /** How the batches ended, in their order. */
    public void flushed(Flush flush, List<Flush.Answer> answers, long now) {
        writes.done(flush, answers, now);
        starts.begin(now);
    }

    /** The handler of a job ended. */
    public void ended(JobRun run, Outcome outcome, long now) {
        ends.ended(run, outcome, now);
        passes.go(now);
        starts.begin(now);
    }

    /** Whether a save of the run's partition, of this run or another, is to be written anyhow. */
    public boolean isToSave(JobRun run) {
        return !run.part.saving.isEmpty();
    }

    /**
     * What ends a job well in a transaction of its own, after which it ends as {@link
     * Outcome.Committed}. May be called by anybody at any time.
     *
     * @param also what is written together with that
     */
    public List<Step> completion(JobRun run, List<Step> also, long now) {
        return ends.completion(run, also, now);
    }

    /**
     * A job saves.
     *
     * @param urgent whether it waits until that is durable
     * @return the sequence that {@link JobsEffect.Saved} will tell; 0 if it does not run any more
     */
    public long save(
            JobRun run, @Nullable Bytes checkpoint, int percent, String note, boolean urgent) {
        if (run.state != JobRun.State.RUNNING) {
            return 0;
        }
        ProgressRecord before = run.progress;
        long sequence = before == null ? 1 : before.sequence() + 1;
        Bytes kept = before == null ? Bytes.EMPTY : before.checkpoint();
        run.progress =
                new ProgressRecord(
                        run.attempt,
                        run.startedAt,
                        sequence,
                        percent,
                        note,
                        checkpoint == null ? kept : checkpoint);
        run.isMarked = true;
        run.part.saving.add(run, urgent);
        return sequence;
    }

    /** What an operator wants: whether the queue rests, and which tasks do. */
    public void paused(boolean queue, Set<String> names, long now) {
        boolean resumed = isPaused && !queue;
        isPaused = queue;
        pausedTasks = new TreeSet<>(names);
        for (TaskState task : tasks.values()) {
            boolean rests = names.contains(task.name);
            resumed |= task.isPaused && !rests;
            if (rests && !task.isPaused) {
                task.isPaused = true;
                starts.dropWaiting(task, now);
            }
            task.isPaused = rests;
        }
        if (resumed) {
            parts.values().forEach(Part::readAll);
        }
        starts.begin(now);
    }

    /** How many jobs of the queue are begun in a second, by all its consumers; 0 for no limit. */
    public void rate(double perSecond, long now) {
        starts.rate(perSecond, now);
    }

    /** The tasks that other consumers of the queue have. */
    public void others(Set<String> tasks, long now) {
        passes.others(tasks);
        passes.go(now);
        starts.begin(now);
    }

    /** Time has passed. */
    public void tick(long now) {
        starts.tick(now);
        passes.go(now);
        starts.begin(now);
    }

    /** When something is to be done, by {@link #tick} or otherwise. */
    public long wakeAt(long now) {
        return Math.min(tickAt(now), writeAt(now));
    }

    /** When there is something to read, or for {@link #tick} to do. */
    public long tickAt(long now) {
        return Math.min(alarmAt(now), reads.wakeAt(now));
    }

    /** When there is something for {@link #tick} to do. */
    public long alarmAt(long now) {
        return Math.min(starts.wakeAt(now), passes.wakeAt());
    }

    /** When there is something to read. */
    public long readAt(long now) {
        return reads.wakeAt(now);
    }

    /** When there is something to write. */
    public long writeAt(long now) {
        return writes.wakeAt(now);
    }

    /** Whether it owns nothing. */
    public boolean isIdle() {
        return parts.isEmpty();
    }

    /** The tasks that jobs wait for which this consumer does not have. */
    public Set<String> unknownTasks() {
        return reads.unknown();
    }

    /** What it has done and does. */
    public JobCounts counts() {
        return tally.counts(parts.size(), starts.waiting(), starts.running());
    }

    /** A job is known no more. */
    void forget(JobRun run) {
        run.state = JobRun.State.OVER;
        Part part = run.part;
        if (part.live.remove(run.spot(), run)) {
            reads.gone(run);
        }
    }

    void tell(JobRun run, JobsEffect.What what) {
        tally.count(what);
        emit(new JobsEffect.Told(run, what));
    }

    void report(JobsEffect.Kind kind, Object subject, String detail) {
        emit(new JobsEffect.Report(kind, subject.toString(), detail));
    }
}
