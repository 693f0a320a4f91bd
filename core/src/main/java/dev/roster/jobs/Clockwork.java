package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.InvalidInputException;
import dev.roster.Problem;
import dev.roster.RosterException;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.FireTimes;
import dev.roster.protocol.jobs.FiredRecord;
import dev.roster.protocol.jobs.ScheduleRecord;
import dev.roster.protocol.jobs.Slip;
import dev.roster.protocol.jobs.Timetable;
import dev.roster.store.Place;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Submits the recurring jobs that a {@link Timetable} says are due, for one consumer. */
final class Clockwork implements Runnable {
    private static final long ROUND_NANOS = 1_000_000_000;

    /** Most jobs of one turn; the limit of the store's batches may be less. */
    private static final int TURN = 50;

    /** Operations and conditions of a turn that are no jobs. */
    private static final int BESIDES = 4;

    private final QueueOf queue;
    private final Pump pump;
    private final Ears ears;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Timetable timetable;
    private final Set<String> reported = new HashSet<>();
    private boolean isChanged;

    Clockwork(QueueOf queue, Pump pump, Ears ears) {
        this.queue = queue;
        this.pump = pump;
        this.ears = ears;
        this.timetable = timetable(queue);
    }

    static Timetable timetable(QueueOf queue) {
        int most = Math.clamp(queue.queue.limits().operations() - BESIDES, 1, TURN);
        return new Timetable(queue.partitions, most);
    }

    /** The times of a schedule, which is somebody else's code: it may not hold up others. */
    static FireTimes times(Schedule schedule) {
        return time -> {
            long next =
                    schedule.next(Times.instant(time)).map(Times::micros).orElse(FireTimes.NEVER);
            if (next <= time) {
                throw new InvalidInputException(
                        "After %s the schedule \"%s\" goes back to %s."
                                .formatted(
                                        Times.instant(time), schedule.text(), Times.instant(next)));
            }
            return next > Times.micros(Times.LAST) ? FireTimes.NEVER : next;
        };
    }

    /** A recurring job is there, or was changed; null if it is gone. */
    void put(String name, @Nullable Bytes value) {
        lock.lock();
        try {
            if (value == null) {
                timetable.remove(name);
            } else {
                put(name, ScheduleRecord.parse(value));
            }
            isChanged = true;
            changed.signalAll();
        } catch (CorruptRecordException | InvalidInputException e) {
            timetable.remove(name);
            report(name, e);
        } finally {
            lock.unlock();
        }
    }

    private void put(String name, ScheduleRecord record) {
        FireTimes times = times(Schedule.of(record.schedule()));
        timetable.put(
                name,
                record,
                time -> {
                    try {
                        return times.after(time);
                    } catch (RuntimeException e) {
                        report(name, e);
                        return FireTimes.NEVER;
                    }
                });
    }

    private void report(String name, Exception e) {
        if (reported.add(name + e.getMessage())) {
            ears.problem(
                    new Problem(
                            Problem.Kind.CORRUPT_RECORD,
                            "recurring job " + name,
                            String.valueOf(e.getMessage())));
        }
    }

    /** There are no others than these. */
    void retain(Set<String> names) {
        lock.lock();
        try {
            timetable.retain(names);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        while (!pump.isOver()) {
            try {
                long wake = round(pump.partitions());
                await(wake);
            } catch (InterruptedException e) {
                return;
            } catch (RosterException | IllegalStateException e) {
                if (!pump.isOver()) {
                    ears.problem("recurring jobs of " + queue.name, e);
                }
                if (!slept()) {
                    return;
                }
            }
        }
    }

    private static boolean slept() {
        try {
            Thread.sleep(200);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void await(long wake) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long wait = wake == FireTimes.NEVER ? ROUND_NANOS : queue.time.nanosUntil(wake);
            long left = Math.clamp(wait, 1_000_000, ROUND_NANOS);
            while (left > 0 && !isChanged && !pump.isOver()) {
                left = changed.awaitNanos(left);
            }
            isChanged = false;
        } finally {
            lock.unlock();
        }
    }

    /** Does what is to be done now; returns when there is more. */
    private long round(Set<Integer> partitions) {
        List<String> unread;
        lock.lock();
        try {
            timetable.own(partitions);
            unread = timetable.unread(queue.time.now());
        } finally {
            lock.unlock();
        }
        for (String name : unread) {
            read(name);
        }
        List<Timetable.Turn> turns;
        lock.lock();
        try {
            turns = timetable.turns(queue.time.now());
        } finally {
            lock.unlock();
        }
        for (Timetable.Turn turn : turns) {
            written(turn, apply(turn));
        }
        lock.lock();
        try {
            return timetable.wakeAt();
        } finally {
            lock.unlock();
        }
    }

    private void read(String name) {
        Bytes found = fired(queue, name);
        lock.lock();
        try {
            timetable.read(name, found == null ? null : FiredRecord.parse(found));
        } catch (CorruptRecordException e) {
            timetable.corrupt(name, queue.time.now());
            report(name, e);
        } finally {
            lock.unlock();
        }
    }

    private void written(Timetable.Turn turn, boolean applied) {
        lock.lock();
        try {
            timetable.written(turn, applied, queue.time.now());
        } finally {
            lock.unlock();
        }
    }

    private boolean apply(Timetable.Turn turn) {
        QueueResult result;
        try {
            result = queue.queue.apply(batch(timetable, turn));
        } catch (RosterException | IllegalStateException e) {
            return told(turn, e.toString());
        }
        return switch (result) {
            case QueueResult.Applied unused -> {
                for (Timetable.Fire fire : turn.fires()) {
                    pump.handed(fire.partition(), new Slip(fire.spot(), fire.job().toBytes()));
                }
                yield true;
            }
            // Another consumer's turn, or this one's whose answer was lost.
            case QueueResult.Refused unused -> false;
            case QueueResult.Fenced unused -> false;
            case QueueResult.NotApplied it -> told(turn, it.why());
            case QueueResult.Unknown it -> told(turn, it.why());
        };
    }

    private boolean told(Timetable.Turn turn, String why) {
        ears.problem(new Problem(Problem.Kind.COMMIT_FAILED, "recurring job " + turn.name(), why));
        return false;
    }

    /** What a turn writes. */
    static QueueBatch batch(Timetable timetable, Timetable.Turn turn) {
        return Wire.batch(timetable.provisos(turn), turn.steps());
    }

    /** How far a recurring job has come; null if nothing stands there. */
    static @Nullable Bytes fired(QueueOf queue, String name) {
        int partition = Timetable.partitionOf(name, queue.partitions);
        Place place = Wire.place(Timetable.spot(name));
        QueueRange range = new QueueRange(partition, Shelf.UNIQUE, place, null, 1);
        List<QueueEntry> found = queue.read(List.of(range)).entries().getFirst();
        boolean isThere = !found.isEmpty() && found.getFirst().place().equals(place);
        return isThere ? found.getFirst().value() : null;
    }
}
