package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.IndeterminateException;
import dev.roster.RosterException;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.Slip;
import dev.roster.protocol.jobs.UniqueRecord;
import dev.roster.store.Place;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is submitted: of those who submit at the same time one sends for all. A batch whose
 * answer was lost is repeated; a ticket in it, which may not be there before, tells if it had been
 * applied.
 */
final class Submitter {
    /** How long a batch is repeated. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long AGAIN_MILLIS = 50;

    /** Most bytes of one batch. */
    private static final int BYTES = 1 << 20;

    /** Operations of a batch that are no jobs. */
    private static final int BESIDES = 4;

    private final QueueOf queue;
    private final Ids ids;
    private final Turns turns = new Turns();

    Submitter(QueueOf queue, Ids ids) {
        this.queue = queue;
        this.ids = ids;
    }

    static QueueCondition free(Prepared.Unique unique) {
        return new QueueCondition.Absent(unique.partition(), Shelf.UNIQUE, unique.place());
    }

    void submit(List<Prepared> jobs) {
        turns.take(jobs, this::send);
        for (Prepared job : jobs) {
            RuntimeException failed = job.failed;
            if (failed != null) {
                throw failed;
            }
        }
    }

    /** One batch on its way. */
    private static final class Sending {
        final List<Prepared> jobs;
        QueueBatch batch;
        boolean wasUnknown;
        boolean isOver;

        Sending(List<Prepared> jobs, QueueBatch batch) {
            this.jobs = jobs;
            this.batch = batch;
        }
    }

    private void send(List<Prepared> jobs) {
        List<Sending> open = batches(jobs);
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean interrupted = false;
        String why = "";
        try {
            while (!open.isEmpty()) {
                List<QueueResult> results =
                        queue.queue.apply(open.stream().map(one -> one.batch).toList());
                boolean waits = false;
                for (int n = 0; n < open.size(); n++) {
                    String failed = take(open.get(n), results.get(n));
                    waits |= failed != null;
                    why = failed == null ? why : failed;
                }
                // Whoever is interrupted sends for others, too.
                interrupted |= Thread.interrupted();
                open.removeIf(one -> one.isOver);
                if (waits && !open.isEmpty()) {
                    if (System.nanoTime() - end > 0) {
                        giveUp(open, why);
                        return;
                    }
                    interrupted |= paused();
                }
            }
        } catch (RuntimeException e) {
            RuntimeException known =
                    e instanceof RosterException
                            ? e
                            : new IndeterminateException("Submitting failed: " + e);
            open.forEach(one -> one.jobs.forEach(job -> job.failed = known));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean paused() {
        try {
            Thread.sleep(AGAIN_MILLIS);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static void giveUp(List<Sending> open, String why) {
        for (Sending one : open) {
            RosterException failed =
                    one.wasUnknown
                            ? new IndeterminateException(
                                    "It is not known whether the jobs were submitted (%s)."
                                            .formatted(why))
                            : new StoreUnavailableException("No job was submitted: " + why);
            one.jobs.forEach(job -> job.failed = failed);
        }
    }

    /** Those without conditions go together; each of the others for itself. */
    private List<Sending> batches(List<Prepared> jobs) {
        int most = Math.max(1, queue.queue.limits().operations() - BESIDES);
        List<Sending> all = new ArrayList<>();
        List<Prepared> some = new ArrayList<>();
        int bytes = 0;
        for (Prepared job : jobs) {
            Prepared.Unique unique = job.unique;
            if (unique != null) {
                all.add(new Sending(List.of(job), batch(job, unique, free(unique))));
                continue;
            }
            if (some.size() >= most || (bytes > 0 && bytes + job.value.size() > BYTES)) {
                all.add(together(some));
                some = new ArrayList<>();
                bytes = 0;
            }
            some.add(job);
            bytes += job.value.size() + 100;
        }
        if (!some.isEmpty()) {
            all.add(together(some));
        }
        return all;
    }

    private Sending together(List<Prepared> jobs) {
        long now = ids.time(queue.time.now());
        int partition = jobs.getFirst().partition;
        Place ticket = new Place(0, now, ids.at(now));
        List<QueueOperation> operations = new ArrayList<>(jobs.size() + 1);
        operations.add(
                new QueueOperation.Put(
                        new QueueEntry(partition, Shelf.TICKET, ticket, Bytes.EMPTY)));
        List<Pump> pumps = Handover.to(queue);
        Set<Integer> wakes = new LinkedHashSet<>();
        for (Prepared job : jobs) {
            operations.add(new QueueOperation.Put(job.entry()));
            if (!isHere(pumps, job.partition)) {
                wakes.add(job.partition);
            }
        }
        List<QueueCondition> conditions =
                List.of(new QueueCondition.Absent(partition, Shelf.TICKET, ticket));
        return new Sending(
                List.copyOf(jobs), new QueueBatch(List.of(), conditions, operations, wakes));
    }

    private static QueueBatch batch(
            Prepared job, Prepared.Unique unique, QueueCondition condition) {
        return new QueueBatch(
                List.of(),
                List.of(condition),
                List.of(
                        new QueueOperation.Put(unique.entry()),
                        new QueueOperation.Put(job.entry())),
                Set.of(job.partition));
    }

    /** Takes a result in; returns why it has to be tried again, or null. */
    private @Nullable String take(Sending one, QueueResult result) {
        switch (result) {
            case QueueResult.Applied unused -> {
                one.isOver = true;
                submitted(one);
                handOver(one);
                return null;
            }
            case QueueResult.Refused unused -> {
                Prepared first = one.jobs.getFirst();
                Prepared.Unique unique = first.unique;
                if (unique == null) {
                    // The ticket is there: it was applied the first time.
                    one.isOver = true;
                    submitted(one);
                    // Whoever does them here may have done them since: they look, and know.
                    List<Pump> pumps = Handover.to(queue);
                    one.jobs.forEach(job -> pumps.forEach(pump -> pump.woken(job.partition)));
                    return null;
                }
                return taken(one, first, unique);
            }
            case QueueResult.Fenced fenced -> {
                return fenced.why();
            }
            case QueueResult.NotApplied it -> {
                return it.why();
            }
            case QueueResult.Unknown it -> {
                one.wasUnknown = true;
                return it.why();
            }
        }
    }

    private void submitted(Sending one) {
        long now = queue.time.now();
        one.jobs.forEach(job -> ids.submitted(job.place.due(), now));
    }

    private static boolean isHere(List<Pump> pumps, int partition) {
        for (Pump pump : pumps) {
            if (pump.takes(partition)) {
                return true;
            }
        }
        return false;
    }

    /** Gives jobs to who does them in this process; others are told by the batch's wakes. */
    private void handOver(Sending one) {
        List<Pump> pumps = Handover.to(queue);
        Set<Integer> gone = new LinkedHashSet<>();
        for (Prepared job : one.jobs) {
            boolean isTaken = false;
            if (!pumps.isEmpty()) {
                Slip slip = new Slip(Wire.spot(job.place), job.value);
                for (Pump pump : pumps) {
                    isTaken |= pump.handed(job.partition, slip);
                }
            }
            if (!isTaken && !one.batch.wakes().contains(job.partition)) {
                gone.add(job.partition);
            }
        }
        if (!gone.isEmpty()) {
            // It was done here when the batch was made, and is no more.
            var unused =
                    queue.queue.apply(
                            List.of(new QueueBatch(List.of(), List.of(), List.of(), gone)));
        }
    }

    /** The key is taken: by whom, and for how much longer? */
    private @Nullable String taken(Sending one, Prepared job, Prepared.Unique unique) {
        QueueRange range =
                new QueueRange(unique.partition(), Shelf.UNIQUE, unique.place(), null, 1);
        List<QueueEntry> found = queue.read(List.of(range)).entries().getFirst();
        if (found.isEmpty() || !found.getFirst().place().equals(unique.place())) {
            one.batch = batch(job, unique, free(unique));
            return null;
        }
        QueueEntry entry = found.getFirst();
        try {
            UniqueRecord record = UniqueRecord.parse(entry.value());
            if (record.until() > queue.time.now()) {
                job.done = new JobId(record.partition(), record.id());
                one.isOver = true;
                return null;
            }
        } catch (CorruptRecordException e) {
            // Nobody can say whose it is: it counts as free.
        }
        one.batch =
                batch(
                        job,
                        unique,
                        new QueueCondition.Same(
                                unique.partition(), Shelf.UNIQUE, unique.place(), entry.value()));
        return null;
    }
}
