package dev.roster.jobs;

import dev.roster.RosterException;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.FiredRecord;
import dev.roster.protocol.jobs.UniqueRecord;
import dev.roster.store.Place;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.Range;
import dev.roster.store.Shelf;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Removes what has been kept for long enough, in the partitions that a consumer owns. */
final class Janitor implements Runnable {
    /** How long a submit may be repeated. */
    static final Duration TICKETS = Duration.ofHours(1);

    /** How long marks stay when their time is over: none of their submits is repeated then. */
    private static final Duration MARKS = Duration.ofMinutes(1);

    private static final long ROUND_MILLIS = 60_000;
    private static final int PAGE = 500;

    private final QueueOf queue;
    private final Pump pump;
    private final Colleagues colleagues;
    private final ConsumerOptions options;

    Janitor(QueueOf queue, Pump pump, Colleagues colleagues, ConsumerOptions options) {
        this.queue = queue;
        this.pump = pump;
        this.colleagues = colleagues;
        this.options = options;
    }

    @Override
    public void run() {
        while (!pump.isOver()) {
            try {
                // All members of a group began together, as a rule; they need not go on so.
                long wait = ROUND_MILLIS / 2 + ThreadLocalRandom.current().nextLong(ROUND_MILLIS);
                for (long left = wait; left > 0 && !pump.isOver(); left -= 1000) {
                    Thread.sleep(1000);
                }
                for (int partition : pump.partitions()) {
                    if (!pump.isOver()) {
                        clean(queue, partition, options);
                    }
                    if (partition == 0) {
                        colleagues.clean();
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (RosterException | IllegalStateException e) {
                // The next round does it.
            }
        }
    }

    /** Removes what is old in one partition. */
    static void clean(QueueOf queue, int partition, ConsumerOptions options) {
        long now = queue.now();
        prune(queue, partition, Shelf.TICKET, now, TICKETS);
        prune(queue, partition, Shelf.DONE, now, options.keepDone());
        prune(queue, partition, Shelf.DEAD, now, options.keepDead());
        unique(queue, partition, now);
    }

    private static void prune(QueueOf queue, int partition, Shelf shelf, long now, Duration keep) {
        Place end = new Place(0, Math.max(0, now - Times.micros(keep)), "-");
        int pruned = PAGE;
        while (pruned == PAGE) {
            pruned = queue.queue.prune(new QueueRange(partition, shelf, null, end, PAGE));
        }
    }

    private static void unique(QueueOf queue, int partition, long now) {
        Place from = null;
        List<QueueEntry> page;
        do {
            QueueRange range = new QueueRange(partition, Shelf.UNIQUE, from, null, PAGE);
            page = queue.read(List.of(range)).entries().getFirst();
            List<QueueBatch> batches =
                    page.stream()
                            .filter(entry -> isOver(queue, entry, now))
                            .map(Janitor::removal)
                            .toList();
            if (!batches.isEmpty()) {
                // What is refused was taken anew meanwhile.
                var unused = queue.queue.apply(batches);
            }
            from = page.isEmpty() ? null : page.getLast().place();
        } while (page.size() == PAGE);
    }

    private static boolean isOver(QueueOf queue, QueueEntry entry, long now) {
        String id = entry.place().id();
        if (id.startsWith(FiredRecord.SPOT)) {
            return isOver(queue, id.substring(FiredRecord.SPOT.length()), entry, now);
        }
        try {
            return UniqueRecord.parse(entry.value()).until() + Times.micros(MARKS) <= now;
        } catch (CorruptRecordException e) {
            return true;
        }
    }

    /** How far a schedule came is forgotten a day after the schedule itself. */
    private static boolean isOver(QueueOf queue, String name, QueueEntry entry, long now) {
        try {
            long until =
                    FiredRecord.parse(entry.value()).through() + Times.micros(Producer.IDS_KEPT);
            String key = queue.layout.schedules() + name;
            return until <= now && queue.store.read(Range.key(key)).entries().isEmpty();
        } catch (CorruptRecordException e) {
            return false;
        }
    }

    private static QueueBatch removal(QueueEntry entry) {
        return new QueueBatch(
                List.of(),
                List.of(
                        new QueueCondition.Same(
                                entry.partition(), Shelf.UNIQUE, entry.place(), entry.value())),
                List.of(new QueueOperation.Remove(entry.partition(), Shelf.UNIQUE, entry.place())),
                Set.of());
    }
}
