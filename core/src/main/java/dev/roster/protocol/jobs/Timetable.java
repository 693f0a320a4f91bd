package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.KeyHash;
import dev.roster.protocol.Mutant;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The recurring jobs of a queue, as one consumer sees them: which of them it submits now. The
 * partition of a schedule is that of its name, and the partition's owner looks after it.
 *
 * <p><b>One job for each fire time.</b> How far a schedule has come stands in the queue. A {@link
 * Turn} moves that on, on condition that it is what it was, and puts the jobs in the same batch. So
 * it does not matter whether two consumers take themselves for the owner, or whether an answer was
 * lost: one of the turns is applied. What comes next is reckoned from there and not from the clock,
 * so that a clock that goes back has nothing submitted again.
 */
public final class Timetable {
    /** Header that names the schedule. */
    public static final String SCHEDULE = "roster-schedule";

    /** Header with the fire time. */
    public static final String FIRE_TIME = "roster-fire-time";

    /** How long after a turn that was not applied it is looked again. */
    private static final long AGAIN = 100_000;

    /** How long after what could not be read. */
    private static final long CORRUPT = 10_000_000;

    /** Most bytes that one turn submits. */
    private static final int BYTES = 1 << 20;

    private final int partitions;
    private final int most;
    private final Mutant mutant;
    private final Map<String, Line> lines = new TreeMap<>();
    private final Set<Integer> owned = new TreeSet<>();

    /** One schedule. */
    private static final class Line {
        final int partition;
        ScheduleRecord record;
        FireTimes times;
        @Nullable FiredRecord fired;
        boolean isKnown;
        boolean isUnderWay;
        long notBefore;

        Line(int partition, ScheduleRecord record, FireTimes times) {
            this.partition = partition;
            this.record = record;
            this.times = times;
        }

        long base() {
            FiredRecord known = fired;
            return known == null ? record.since() : Math.max(record.since(), known.through());
        }
    }

    /** A job of a turn. */
    public record Fire(int partition, Spot spot, JobRecord job) {}

    /**
     * What is to be written of a schedule.
     *
     * @param name the schedule
     * @param partition where it stands how far it has come
     * @param before what has to stand there; null for nothing
     * @param after what stands there then
     * @param fires the jobs that are submitted
     */
    public record Turn(
            String name,
            int partition,
            @Nullable FiredRecord before,
            FiredRecord after,
            List<Fire> fires) {
        public Turn {
            fires = List.copyOf(fires);
        }

        /** What it writes. */
        public List<Step> steps() {
            List<Step> steps = new ArrayList<>();
            steps.add(
                    new Step.Put(partition, Ledger.UNIQUE, Timetable.spot(name), after.toBytes()));
            for (Fire fire : fires) {
                Bytes job = fire.job().toBytes();
                steps.add(new Step.Put(fire.partition(), Ledger.WORK, fire.spot(), job));
            }
            return steps;
        }
    }

    /**
     * Without schedules.
     *
     * @param partitions of the queue
     * @param most most jobs of one turn
     */
    public Timetable(int partitions, int most) {
        this(partitions, most, Mutant.NONE);
    }

    /** The same with a mistake. */
    public Timetable(int partitions, int most, Mutant mutant) {
        this.partitions = partitions;
        this.most = most;
        this.mutant = mutant;
    }

    /** The partition that a schedule of that name stands in. */
    public static int partitionOf(String name, int partitions) {
        return KeyHash.FNV64_MIX13.partition(name, partitions);
    }

    /** Where it stands how far a schedule has come. */
    public static Spot spot(String name) {
        return new Spot(0, 0, FiredRecord.SPOT + name);
    }

    /** A job of a schedule, without a fire time, to be put at a spot of that id. */
    public static Fire fire(
            String name, ScheduleRecord record, int partitions, String id, long now) {
        return fire(name, record, partitions, id, now, "");
    }

    private static Fire fire(
            String name, ScheduleRecord record, int partitions, String id, long now, String at) {
        JobRecord job = record.job();
        TreeMap<String, String> headers = new TreeMap<>(job.headers());
        headers.put(SCHEDULE, name);
        if (!at.isEmpty()) {
            headers.put(FIRE_TIME, at);
        }
        String routed = job.key().isEmpty() ? name : job.key();
        return new Fire(
                KeyHash.FNV64_MIX13.partition(routed, partitions),
                new Spot(record.rank(), now, id),
                job.submitted(headers, now));
    }

    /** There is a schedule, or it was changed. */
    public void put(String name, ScheduleRecord record, FireTimes times) {
        Line line = lines.get(name);
        if (line == null) {
            lines.put(name, new Line(partitionOf(name, partitions), record, times));
        } else {
            line.record = record;
            line.times = times;
        }
    }

    /** There is no such schedule any more. */
    public void remove(String name) {
        lines.remove(name);
    }

    /** There are no other schedules than these. */
    public void retain(Set<String> names) {
        lines.keySet().retainAll(names);
    }

    /** The partitions that are owned now. */
    public void own(Set<Integer> now) {
        for (Line line : lines.values()) {
            if (!owned.contains(line.partition)) {
                line.isKnown = false;
                line.notBefore = 0;
            }
        }
        owned.clear();
        owned.addAll(now);
    }

    /** Schedules of which it has to be read how far they have come. */
    public List<String> unread(long now) {
        List<String> names = new ArrayList<>();
        lines.forEach((name, line) -> {
            boolean isMine = owned.contains(line.partition);
            if (isMine && !line.isKnown && line.notBefore <= now) {
                names.add(name);
            }
        });
        return names;
    }

    /** How far a schedule has come; null if nothing stands there. */
    public void read(String name, @Nullable FiredRecord fired) {
        Line line = lines.get(name);
        if (line != null) {
            line.fired = fired;
            line.isKnown = true;
        }
    }

    /** What stands there cannot be read: nothing is submitted while that is so. */
    public void corrupt(String name, long now) {
        Line line = lines.get(name);
        if (line != null) {
            line.isKnown = false;
            line.notBefore = now + CORRUPT;
        }
    }

    /** What is to be written now; each is to be {@link #written}. */
    public List<Turn> turns(long now) {
        List<Turn> turns = new ArrayList<>();
        lines.forEach((name, line) -> {
            if (nextOf(line) <= now) {
                line.isUnderWay = true;
                turns.add(turn(name, line, now));
            }
        });
        return turns;
    }

    /** What a turn depends on: nobody else has had it. */
    public List<Proviso> provisos(Turn turn) {
        if (mutant == Mutant.JOB_FIRED_AGAIN) {
            return List.of();
        }
        FiredRecord before = turn.before();
        Bytes value = before == null ? null : before.toBytes();
        return List.of(new Proviso(turn.partition(), Ledger.UNIQUE, spot(turn.name()), value));
    }

    private static boolean isReady(Line line) {
        return line.isKnown && !line.isUnderWay && !line.record.paused();
    }

    private long nextOf(Line line) {
        return owned.contains(line.partition) && isReady(line)
                ? line.times.after(line.base())
                : FireTimes.NEVER;
    }

    private Turn turn(String name, Line line, long now) {
        ScheduleRecord record = line.record;
        int atMost = record.missed() == MissedPolicy.ALL ? record.most() : 1;
        List<Long> due = line.times.last(line.base(), now, Math.max(1, atMost));
        int size = record.job().payload().size() + 1000;
        List<Long> some = due.subList(0, Math.min(due.size(), Math.clamp(BYTES / size, 1, most)));
        long through = some.getLast();
        boolean isLate = record.missed() == MissedPolicy.SKIP && now - through > record.late();
        List<Fire> fires = new ArrayList<>();
        if (!isLate) {
            for (long time : some) {
                String at = text(time);
                fires.add(fire(name, record, partitions, id(name, at), now + fires.size(), at));
            }
        }
        FiredRecord before = line.fired;
        FiredRecord after =
                fires.isEmpty()
                        ? new FiredRecord(
                                through,
                                before == null ? 0 : before.last(),
                                before == null ? 0 : before.partition())
                        : new FiredRecord(through, through, fires.getLast().partition());
        return new Turn(name, line.partition, before, after, fires);
    }

    /** The id of the job of a schedule for a fire time, in microseconds since 1970. */
    public static String id(String name, long time) {
        return id(name, text(time));
    }

    private static String id(String name, String at) {
        return name + ":" + at;
    }

    private static String text(long time) {
        return Instant.EPOCH.plus(time, ChronoUnit.MICROS).toString();
    }

    /** A turn was applied, or was not, or that is not known. */
    public void written(Turn turn, boolean applied, long now) {
        Line line = lines.get(turn.name());
        if (line == null) {
            return;
        }
        line.isUnderWay = false;
        if (applied) {
            line.fired = turn.after();
        } else {
            line.isKnown = false;
            line.notBefore = now + AGAIN;
        }
    }

    /** When there is something to read or to write. */
    public long wakeAt() {
        long wake = FireTimes.NEVER;
        for (Line line : lines.values()) {
            if (owned.contains(line.partition)) {
                wake = Math.min(wake, line.isKnown ? nextOf(line) : line.notBefore);
            }
        }
        return wake;
    }
}
