package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.Entry;
import dev.roster.Fence;
import dev.roster.InvalidInputException;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.ControlRecord;
import dev.roster.protocol.jobs.FiredRecord;
import dev.roster.protocol.jobs.Flush;
import dev.roster.protocol.jobs.JobRun;
import dev.roster.protocol.jobs.JobsEffect;
import dev.roster.protocol.jobs.JobsMachine;
import dev.roster.protocol.jobs.JobsSettings;
import dev.roster.protocol.jobs.Outcome;
import dev.roster.protocol.jobs.Reading;
import dev.roster.protocol.jobs.ScheduleRecord;
import dev.roster.protocol.jobs.TaskSettings;
import dev.roster.protocol.jobs.Timetable;
import dev.roster.store.Place;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Range;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out, one thing after another and on one thread, what a {@link JobsMachine} and a {@link
 * Timetable} decide about a queue of one partition.
 */
final class VirtualEngine {
    static final long TOKEN = 1;
    private static final Set<Integer> OWNED = Set.of(0);
    private static final int PREFETCH = 1000;

    private final QueueOf queue;
    private final Fence fence;
    private final Consumer<JobsEffect> acts;
    private final JobsMachine machine;
    private final Timetable timetable;
    private ControlRecord control = ControlRecord.NONE;
    private Bytes look = Bytes.EMPTY;

    VirtualEngine(
            QueueOf queue,
            Map<String, TaskSettings> tasks,
            Fence fence,
            Consumer<JobsEffect> acts) {
        this.queue = queue;
        this.fence = fence;
        this.acts = acts;
        this.timetable = Clockwork.timetable(queue);
        JobsSettings settings =
                new JobsSettings(
                        "test",
                        1,
                        1,
                        PREFETCH,
                        Long.MAX_VALUE / 4,
                        queue.queue.limits().operations(),
                        0,
                        0,
                        true);
        machine = new JobsMachine(settings, tasks, new SplittableRandom(1));
        machine.owned(0, TOKEN, queue.now());
        timetable.own(OWNED);
    }

    private void act() {
        machine.effects().forEach(acts);
    }

    void woken() {
        machine.woken(0);
    }

    void ended(JobRun run, Outcome outcome) {
        machine.ended(run, outcome, queue.now());
        act();
    }

    long save(JobRun run, @Nullable Bytes checkpoint, int percent, String note, boolean urgent) {
        return machine.save(run, checkpoint, percent, note, urgent);
    }

    QueueBatch completion(Finishing finishing, ActiveJob job) {
        return finishing.completion(machine, job);
    }

    Set<String> unknownTasks() {
        return machine.unknownTasks();
    }

    /** Does something of what is to be done at this time; returns whether there was anything. */
    boolean step() {
        follow();
        machine.tick(queue.now());
        act();
        boolean moved = read();
        moved |= write();
        moved |= fire();
        return moved;
    }

    private boolean read() {
        Reading reading = machine.nextReading(queue.now());
        if (reading == null) {
            return false;
        }
        machine.read(reading, Wire.slips(queue.read(Wire.ranges(reading))), queue.now());
        act();
        return true;
    }

    boolean write() {
        Flush flush = machine.nextFlush(queue.now());
        if (flush == null) {
            return false;
        }
        List<QueueBatch> batches = new ArrayList<>();
        for (Flush.Batch batch : flush.batches()) {
            batches.add(Wire.batch(fence, batch, Set.of()));
        }
        List<QueueResult> results = queue.queue.apply(batches);
        machine.flushed(flush, results.stream().map(Wire::answer).toList(), queue.now());
        act();
        return true;
    }

    private boolean fire() {
        long now = queue.now();
        for (String name : timetable.unread(now)) {
            try {
                Bytes found = Clockwork.fired(queue, name);
                timetable.read(name, found == null ? null : FiredRecord.parse(found));
            } catch (CorruptRecordException e) {
                throw new IllegalStateException(e);
            }
        }
        List<Timetable.Turn> turns = timetable.turns(now);
        for (Timetable.Turn turn : turns) {
            QueueResult result = queue.queue.apply(Clockwork.batch(timetable, turn));
            timetable.written(turn, result instanceof QueueResult.Applied, now);
            woken();
        }
        return !turns.isEmpty();
    }

    /** Takes in what operators want. */
    private void follow() {
        String schedules = queue.layout.schedules();
        ControlRecord wanted = ControlRecord.NONE;
        Set<String> names = new TreeSet<>();
        try {
            for (Entry entry : queue.store.read(Range.prefix(queue.layout.prefix())).entries()) {
                String key = entry.key();
                if (key.equals(queue.layout.control())) {
                    wanted = ControlRecord.parse(entry.value());
                } else if (key.equals(queue.layout.look()) && !entry.value().equals(look)) {
                    look = entry.value();
                    machine.looked(0);
                } else if (key.startsWith(schedules)) {
                    String name = key.substring(schedules.length());
                    ScheduleRecord record = ScheduleRecord.parse(entry.value());
                    names.add(name);
                    timetable.put(name, record, Clockwork.times(Schedule.of(record.schedule())));
                }
            }
        } catch (CorruptRecordException | InvalidInputException e) {
            throw new IllegalStateException(e);
        }
        timetable.retain(names);
        if (!wanted.equals(control)) {
            control = wanted;
            long now = queue.now();
            machine.paused(wanted.paused(), wanted.pausedTasks(), now);
            machine.rate(wanted.perHour() / 3600.0, now);
        }
    }

    /** When there is something to do next. */
    long wakeAt() {
        long now = queue.now();
        long wake = Math.min(machine.alarmAt(now), machine.writeAt(now));
        return Math.min(Math.min(wake, timetable.wakeAt()), nextDue(now));
    }

    private long nextDue(long now) {
        List<QueueRange> ranks = new ArrayList<>();
        for (int rank = 0; rank < Place.RANKS; rank++) {
            Place from = new Place(rank, now + 1, "-");
            Place to = rank + 1 < Place.RANKS ? new Place(rank + 1, 0, "-") : null;
            ranks.add(new QueueRange(0, Shelf.WORK, from, to, 1));
        }
        long next = Long.MAX_VALUE;
        for (List<QueueEntry> found : queue.read(ranks).entries()) {
            next = found.isEmpty() ? next : Math.min(next, found.getFirst().place().due());
        }
        return next;
    }
}
