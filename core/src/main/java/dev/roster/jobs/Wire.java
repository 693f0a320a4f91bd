package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.Fence;
import dev.roster.protocol.jobs.Flush;
import dev.roster.protocol.jobs.Ledger;
import dev.roster.protocol.jobs.PartitionRecord;
import dev.roster.protocol.jobs.Proviso;
import dev.roster.protocol.jobs.Reading;
import dev.roster.protocol.jobs.Sending;
import dev.roster.protocol.jobs.Slip;
import dev.roster.protocol.jobs.Spot;
import dev.roster.protocol.jobs.Step;
import dev.roster.store.Place;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueuePage;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what the protocol decides in the words of the queue, and the other way round. */
final class Wire {
    private static final Flush.Answer APPLIED = new Flush.Answer.Applied();

    private Wire() {}

    static Shelf shelf(Ledger ledger) {
        return switch (ledger) {
            case WORK -> Shelf.WORK;
            case PROGRESS -> Shelf.PROGRESS;
            case DEAD -> Shelf.DEAD;
            case DONE -> Shelf.DONE;
            case UNIQUE -> Shelf.UNIQUE;
            case TICKET -> Shelf.TICKET;
        };
    }

    static Place place(Spot spot) {
        return new Place(spot.rank(), spot.due(), spot.id());
    }

    static Spot spot(Place place) {
        return new Spot(place.rank(), place.due(), place.id());
    }

    private static @Nullable Place placeOrEnd(@Nullable Spot spot) {
        return spot == null ? null : place(spot);
    }

    static List<QueueRange> ranges(Reading reading) {
        List<QueueRange> ranges = new ArrayList<>(reading.wants().size());
        for (Reading.Want want : reading.wants()) {
            ranges.add(
                    new QueueRange(
                            want.partition(),
                            shelf(want.ledger()),
                            placeOrEnd(want.from()),
                            placeOrEnd(want.to()),
                            want.atMost()));
        }
        return ranges;
    }

    static List<List<Slip>> slips(QueuePage page) {
        List<List<Slip>> all = new ArrayList<>(page.entries().size());
        for (List<QueueEntry> entries : page.entries()) {
            List<Slip> slips = new ArrayList<>(entries.size());
            for (QueueEntry entry : entries) {
                slips.add(new Slip(spot(entry.place()), entry.value()));
            }
            all.add(slips);
        }
        return all;
    }

    /** Steps as a batch; puts of work wake the owners of its partitions. */
    static QueueBatch batch(List<Fence> fences, List<Step> steps, Set<Integer> wakes) {
        return batch(fences, List.of(), steps, wakes);
    }

    /** What anybody writes. */
    static QueueBatch batch(List<Proviso> provisos, List<Step> steps) {
        return batch(List.of(), conditions(provisos), steps, Step.worked(steps));
    }

    /** Jobs that are submitted. */
    static QueueBatch batch(Sending<?> sending) {
        return batch(List.of(), conditions(sending.provisos()), sending.steps(), sending.wakes());
    }

    private static List<QueueCondition> conditions(List<Proviso> provisos) {
        List<QueueCondition> all = new ArrayList<>(provisos.size());
        for (Proviso proviso : provisos) {
            all.add(condition(proviso));
        }
        return all;
    }

    private static QueueCondition condition(Proviso proviso) {
        Shelf shelf = shelf(proviso.ledger());
        Place place = place(proviso.spot());
        Bytes value = proviso.value();
        return value == null
                ? new QueueCondition.Absent(proviso.partition(), shelf, place)
                : new QueueCondition.Same(proviso.partition(), shelf, place, value);
    }

    /** What an owner writes. */
    static QueueBatch batch(Fence fence, Flush.Batch batch, Set<Integer> wakes) {
        Bytes under = batch.under();
        Place turn = place(PartitionRecord.SPOT);
        List<QueueCondition> conditions =
                under == null
                        ? List.of()
                        : List.of(
                                new QueueCondition.Same(
                                        batch.partition(), Shelf.PROGRESS, turn, under));
        return batch(List.of(fence), conditions, batch.steps(), wakes);
    }

    private static QueueBatch batch(
            List<Fence> fences, List<QueueCondition> more, List<Step> steps, Set<Integer> wakes) {
        List<QueueCondition> conditions = new ArrayList<>(more);
        List<QueueOperation> operations = new ArrayList<>(steps.size());
        for (Step step : steps) {
            Shelf shelf = shelf(step.ledger());
            Place place = place(step.spot());
            int partition = step.partition();
            switch (step) {
                case Step.Put put -> operations.add(put(partition, shelf, place, put.value()));
                case Step.Replace replace -> {
                    conditions.add(new QueueCondition.Present(partition, shelf, place));
                    operations.add(put(partition, shelf, place, replace.value()));
                }
                case Step.Remove unused ->
                        operations.add(new QueueOperation.Remove(partition, shelf, place));
                case Step.Take unused ->
                        operations.add(new QueueOperation.Take(partition, shelf, place));
            }
        }
        return new QueueBatch(fences, conditions, operations, wakes);
    }

    static QueueOperation put(int partition, Shelf shelf, Place place, Bytes value) {
        return new QueueOperation.Put(new QueueEntry(partition, shelf, place, value));
    }

    static Flush.Answer answer(QueueResult result) {
        return switch (result) {
            case QueueResult.Applied unused -> APPLIED;
            case QueueResult.Refused refused -> {
                List<Spot> spots = new ArrayList<>();
                for (QueueResult.Refused.Failed failed : refused.failed()) {
                    if (failed.shelf() == Shelf.WORK) {
                        spots.add(spot(failed.place()));
                    }
                }
                yield new Flush.Answer.Refused(spots);
            }
            case QueueResult.Fenced fenced -> new Flush.Answer.Fenced(fenced.why());
            case QueueResult.NotApplied it -> new Flush.Answer.Failed(it.why());
            case QueueResult.Unknown it -> new Flush.Answer.Unknown(it.why());
        };
    }
}
