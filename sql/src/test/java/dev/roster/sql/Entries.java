package dev.roster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import dev.roster.store.Store;
import java.util.List;
import java.util.Set;

/** Small batches of a queue, and what is there. */
public final class Entries {
    private Entries() {}

    public static Place at(String id) {
        return new Place(0, 1, id);
    }

    public static QueueOperation put(int partition, String id) {
        return put(partition, at(id));
    }

    public static QueueOperation put(int partition, Place place) {
        return new QueueOperation.Put(
                new QueueEntry(partition, Shelf.WORK, place, Bytes.utf8("value")));
    }

    public static QueueOperation take(int partition, String id) {
        return new QueueOperation.Take(partition, Shelf.WORK, at(id));
    }

    public static QueueBatch batch(QueueOperation... operations) {
        return new QueueBatch(List.of(), List.of(), List.of(operations), Set.of());
    }

    public static QueueBatch fenced(Fence fence, QueueOperation... operations) {
        return new QueueBatch(List.of(fence), List.of(), List.of(operations), Set.of());
    }

    /** A put under a ticket: repeating it puts nothing more. */
    public static QueueBatch once(int partition, String id) {
        QueueEntry ticket = new QueueEntry(partition, Shelf.TICKET, at(id), Bytes.EMPTY);
        return new QueueBatch(
                List.of(),
                List.of(new QueueCondition.Absent(partition, Shelf.TICKET, at(id))),
                List.of(put(partition, id), new QueueOperation.Put(ticket)),
                Set.of());
    }

    /** What wakes owners and does nothing else. */
    public static QueueBatch wake(Integer... partitions) {
        return new QueueBatch(List.of(), List.of(), List.of(), Set.of(partitions));
    }

    public static void applied(Queue queue, QueueOperation... operations) {
        assertThat(queue.apply(batch(operations))).isInstanceOf(QueueResult.Applied.class);
    }

    public static QueueRange work(int partition, int atMost) {
        return new QueueRange(partition, Shelf.WORK, null, null, atMost);
    }

    /** The ids of a partition's work, in order. */
    public static List<String> read(Queue queue, int partition) {
        return queue.read(List.of(work(partition, 1_000_000))).entries().getFirst().stream()
                .map(entry -> entry.place().id())
                .toList();
    }

    /** A fence on the key "owner", as it is written now. */
    public static Fence own(Store store) {
        long revision = Puts.applied(store, "owner", "me");
        return new Fence(store.identity(), List.of(new Condition.Unchanged("owner", revision)));
    }
}
