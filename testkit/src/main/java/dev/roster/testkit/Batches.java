package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.Operation;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Short ways to write batches of a queue and to look at what they did, on the shelf of work. */
final class Batches {
    static final QueueResult APPLIED = new QueueResult.Applied();

    private Batches() {}

    static Place at(long due, String id) {
        return new Place(0, due, id);
    }

    static Place at(String id) {
        return at(1, id);
    }

    static QueueEntry entry(int partition, Place place, String value) {
        return new QueueEntry(partition, Shelf.WORK, place, Bytes.utf8(value));
    }

    static QueueOperation put(int partition, String id, String value) {
        return new QueueOperation.Put(entry(partition, at(id), value));
    }

    static QueueOperation put(int partition, String id) {
        return put(partition, id, id);
    }

    static QueueOperation take(int partition, String id) {
        return new QueueOperation.Take(partition, Shelf.WORK, at(id));
    }

    static QueueOperation remove(int partition, String id) {
        return new QueueOperation.Remove(partition, Shelf.WORK, at(id));
    }

    static QueueCondition absent(int partition, String id) {
        return new QueueCondition.Absent(partition, Shelf.WORK, at(id));
    }

    static QueueCondition present(int partition, String id) {
        return new QueueCondition.Present(partition, Shelf.WORK, at(id));
    }

    static QueueCondition same(int partition, String id, String value) {
        return new QueueCondition.Same(partition, Shelf.WORK, at(id), Bytes.utf8(value));
    }

    static QueueBatch batch(QueueOperation... operations) {
        return new QueueBatch(List.of(), List.of(), List.of(operations), Set.of());
    }

    static QueueBatch on(List<QueueCondition> conditions, QueueOperation... operations) {
        return new QueueBatch(List.of(), conditions, List.of(operations), Set.of());
    }

    static QueueBatch fenced(List<Fence> fences, QueueOperation... operations) {
        return new QueueBatch(fences, List.of(), List.of(operations), Set.of());
    }

    static QueueBatch waking(Set<Integer> wakes, QueueOperation... operations) {
        return new QueueBatch(List.of(), List.of(), List.of(operations), wakes);
    }

    static void applied(Queue queue, QueueOperation... operations) {
        assertThat(queue.apply(batch(operations))).isEqualTo(APPLIED);
    }

    /** A refusal for these places on the shelf of work, in whatever order. */
    static void refused(QueueResult result, int partition, String... ids) {
        assertThat(result).isInstanceOf(QueueResult.Refused.class);
        assertThat(((QueueResult.Refused) result).failed())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ids)
                                .map(id ->
                                        new QueueResult.Refused.Failed(
                                                partition, Shelf.WORK, at(id)))
                                .toList());
    }

    static void fencedOff(QueueResult result) {
        assertThat(result).isInstanceOf(QueueResult.Fenced.class);
        assertThat(((QueueResult.Fenced) result).why()).isNotBlank();
    }

    static QueueRange all(int partition) {
        return new QueueRange(partition, Shelf.WORK, null, null, 100_000);
    }

    static List<QueueEntry> read(Queue queue, QueueRange range) {
        return queue.read(List.of(range)).entries().getFirst();
    }

    /** What a partition's shelf of work has, as "id=value". */
    static List<String> content(Queue queue, int partition) {
        return read(queue, all(partition)).stream()
                .map(entry -> entry.place().id() + "=" + entry.value().toUtf8())
                .toList();
    }

    static List<String> ids(List<QueueEntry> entries) {
        return entries.stream().map(entry -> entry.place().id()).collect(Collectors.toList());
    }

    /** Puts many entries with ids that sort by their number, in as few batches as may be. */
    static void fill(Queue queue, int partition, int count) {
        List<QueueBatch> batches = new ArrayList<>();
        int size = Math.min(100, queue.limits().operations());
        for (int from = 0; from < count; from += size) {
            List<QueueOperation> puts = new ArrayList<>();
            for (int number = from; number < Math.min(count, from + size); number++) {
                puts.add(put(partition, numbered(number)));
            }
            batches.add(new QueueBatch(List.of(), List.of(), puts, Set.of()));
        }
        assertThat(queue.apply(batches)).containsOnly(APPLIED);
    }

    static String numbered(int number) {
        return "n%06d".formatted(number);
    }

    /** A fence on a key of the store that is written now. */
    static Fence fence(Store store, String key) {
        CommitResult result =
                store.commit(Commits.always(new Operation.Put(key, Bytes.utf8("owned"))));
        assertThat(result).isInstanceOf(CommitResult.Applied.class);
        long revision = ((CommitResult.Applied) result).revision();
        return new Fence(store.identity(), List.of(new Condition.Unchanged(key, revision)));
    }
}
