package dev.roster.jobs;

import dev.roster.IndeterminateException;
import dev.roster.RosterException;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.jobs.Draft;
import dev.roster.protocol.jobs.Sending;
import dev.roster.protocol.jobs.Slip;
import dev.roster.protocol.jobs.Spot;
import dev.roster.protocol.jobs.Submitting;
import dev.roster.protocol.jobs.UniqueRecord;
import dev.roster.store.Place;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Sends what is submitted: of those who submit at the same time one sends for all. What is sent,
 * how often, and what an answer means is decided by {@link Submitting}.
 */
final class Submitter {
    private final QueueOf queue;
    private final Ids ids;
    private final Turns turns = new Turns();

    Submitter(QueueOf queue, Ids ids) {
        this.queue = queue;
        this.ids = ids;
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

    private void send(List<Prepared> jobs) {
        List<Pump> pumps = Handover.to(queue);
        Submitting<Prepared> all =
                Submitting.of(
                        jobs,
                        queue.queue.limits().operations(),
                        this::ticket,
                        partition -> isHere(pumps, partition),
                        micros());
        boolean interrupted = false;
        try {
            while (!all.isOver()) {
                apply(all.open());
                all.open().forEach(this::next);
                // Whoever is interrupted sends for others, too.
                interrupted |= Thread.interrupted();
                long wait = all.next(micros());
                if (wait == Submitting.GIVEN_UP) {
                    all.open().forEach(Submitter::giveUp);
                    return;
                }
                interrupted |= wait > 0 && paused(wait);
            }
        } catch (RuntimeException e) {
            all.open().forEach(one -> failed(one, e));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long micros() {
        return System.nanoTime() / 1000;
    }

    private Spot ticket() {
        long now = ids.time(queue.time.now());
        return new Spot(0, now, ids.at(now));
    }

    private static boolean isHere(List<Pump> pumps, int partition) {
        for (Pump pump : pumps) {
            if (pump.takes(partition)) {
                return true;
            }
        }
        return false;
    }

    private static boolean paused(long micros) {
        try {
            Thread.sleep(micros / 1000);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void apply(List<Sending<Prepared>> open) {
        List<QueueBatch> batches = new ArrayList<>(open.size());
        for (Sending<Prepared> one : open) {
            if (one.then() == Sending.Then.SEND) {
                batches.add(Wire.batch(one));
            }
        }
        if (batches.isEmpty()) {
            return;
        }
        Iterator<QueueResult> results = queue.queue.apply(batches).iterator();
        for (Sending<Prepared> one : open) {
            if (one.then() == Sending.Then.SEND) {
                one.answered(Wire.answer(results.next()));
            }
        }
    }

    /** Does what follows from the last answer. */
    private void next(Sending<Prepared> one) {
        if (one.then() == Sending.Then.LOOK) {
            look(one);
        }
        switch (one.then()) {
            case SEND, LOOK -> {}
            case UNKNOWN -> giveUp(one);
            case SUBMITTED -> {
                submitted(one);
                handOver(one);
            }
            case WAS_SUBMITTED -> {
                submitted(one);
                // Whoever does them here may have done them since: they look, and know.
                List<Pump> pumps = Handover.to(queue);
                one.jobs().forEach(job -> pumps.forEach(pump -> pump.woken(job.partition())));
            }
            case TAKEN -> {
                UniqueRecord owner = one.owner();
                JobId id = new JobId(owner.partition(), owner.id());
                one.jobs().forEach(job -> job.done = id);
            }
        }
    }

    /** The key is taken: by whom, and for how much longer? */
    private void look(Sending<Prepared> one) {
        Draft.Mark mark = one.mark();
        Place place = Wire.place(mark.spot());
        QueueRange range = new QueueRange(mark.partition(), Shelf.UNIQUE, place, null, 1);
        try {
            List<QueueEntry> found = queue.read(List.of(range)).entries().getFirst();
            boolean isThere = !found.isEmpty() && found.getFirst().place().equals(place);
            one.looked(isThere ? found.getFirst().value() : null, queue.time.now());
        } catch (StoreUnavailableException e) {
            one.failed(String.valueOf(e.getMessage()));
        }
    }

    private void submitted(Sending<Prepared> one) {
        long now = queue.time.now();
        one.jobs().forEach(job -> ids.submitted(job.spot().due(), now));
    }

    /** Gives jobs to who does them in this process; others are told by the batch's wakes. */
    private void handOver(Sending<Prepared> one) {
        List<Pump> pumps = Handover.to(queue);
        Set<Integer> gone = null;
        for (Prepared job : one.jobs()) {
            boolean isTaken = false;
            if (!pumps.isEmpty()) {
                Slip slip = new Slip(job.spot(), job.value());
                for (Pump pump : pumps) {
                    isTaken |= pump.handed(job.partition(), slip);
                }
            }
            if (!isTaken && !one.wakes().contains(job.partition())) {
                gone = gone == null ? new LinkedHashSet<>() : gone;
                gone.add(job.partition());
            }
        }
        if (gone != null) {
            wake(gone);
        }
    }

    /** They were done here when the batch was made, and are no more. */
    private void wake(Set<Integer> partitions) {
        try {
            var unused =
                    queue.queue.apply(
                            List.of(new QueueBatch(List.of(), List.of(), List.of(), partitions)));
        } catch (RosterException e) {
            // It is a hint: their owners look without it, soon.
        }
    }

    private static void giveUp(Sending<Prepared> one) {
        String why = one.why();
        RosterException failed =
                one.mayBeSubmitted()
                        ? unknown(why)
                        : new StoreUnavailableException("No job was submitted: " + why);
        one.jobs().forEach(job -> job.failed = failed);
    }

    private static IndeterminateException unknown(String why) {
        return new IndeterminateException(
                "It is not known whether the jobs were submitted (%s).".formatted(why));
    }

    /** The store does not go on with it. */
    private static void failed(Sending<Prepared> one, RuntimeException e) {
        if (!one.isOver()) {
            boolean isKnown = e instanceof RosterException && !one.mayBeSubmitted();
            RuntimeException failed = isKnown ? e : unknown(e.toString());
            one.jobs().forEach(job -> job.failed = failed);
        }
    }
}
