package dev.roster.testkit;

import static dev.roster.testkit.Batches.absent;
import static dev.roster.testkit.Batches.all;
import static dev.roster.testkit.Batches.at;
import static dev.roster.testkit.Batches.batch;
import static dev.roster.testkit.Batches.content;
import static dev.roster.testkit.Batches.fence;
import static dev.roster.testkit.Batches.numbered;
import static dev.roster.testkit.Batches.on;
import static dev.roster.testkit.Batches.present;
import static dev.roster.testkit.Batches.put;
import static dev.roster.testkit.Batches.remove;
import static dev.roster.testkit.Batches.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.Bytes;
import dev.roster.Fence;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a queue takes, and what it says when it does not. */
interface QueueLimitCases extends QueueCases {
    private static void rejected(String saying, ThrowingCallable call) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(call)
                .withMessageContaining(saying);
    }

    /** A good one goes with it, and is not sent. */
    private void rejected(QueueBatch batch, String saying) {
        rejected(saying, () -> queue().apply(List.of(batch(put(0, "good")), batch)));
        rejected(saying, () -> queue().apply(batch));
        assertThat(content(other(), 0)).isEmpty();
    }

    @Test
    default void a_name_is_1_to_200_bytes_and_clean() {
        String wide = "é".repeat(Limits.NAME_BYTES / 2);
        assertThat(named(wide).name()).isEqualTo(wide);
        for (String name : List.of("", wide + "x", "a\nb", "\0", "\ud800", "e\u0301")) {
            rejected("queue name", () -> named(name));
        }
    }

    @Test
    default void a_partition_is_below_the_limit() {
        for (int partition : new int[] {-1, Queue.PARTITIONS, Integer.MIN_VALUE}) {
            rejected("partition", () -> all(partition));
            rejected("partition", () -> put(partition, "a"));
            rejected("partition", () -> take(partition, "a"));
            rejected("partition", () -> remove(partition, "a"));
            rejected("partition", () -> absent(partition, "a"));
            rejected("partition", () -> present(partition, "a"));
            rejected(
                    "partition",
                    () -> new QueueCondition.Same(partition, Shelf.WORK, at("a"), Bytes.EMPTY));
            rejected("partition", () -> Batches.waking(Set.of(partition)));
        }
    }

    @Test
    default void a_range_asks_for_something() {
        for (int atMost : new int[] {0, -1, Integer.MIN_VALUE}) {
            rejected("1 or more", () -> new QueueRange(0, Shelf.WORK, null, null, atMost));
        }
    }

    @Test
    default void a_place_is_within_its_limits() {
        rejected("rank", () -> new Place(-1, 0, "a"));
        rejected("rank", () -> new Place(Place.RANKS, 0, "a"));
        rejected("1970", () -> new Place(0, -1, "a"));
        for (String id : List.of("", "a b", "a/b", "é", "a\n", "{", "x".repeat(129))) {
            rejected("id", () -> new Place(0, 0, id));
        }
    }

    @Test
    default void a_batch_is_no_larger_than_the_limit() {
        List<QueueOperation> puts = new ArrayList<>();
        int most = queue().limits().operations();
        for (int number = 0; number <= most; number++) {
            puts.add(put(0, numbered(number)));
        }
        rejected(batch(puts.toArray(QueueOperation[]::new)), "limit is " + most);
        QueueOperation[] fits = puts.subList(0, most).toArray(QueueOperation[]::new);
        rejected(on(List.of(absent(0, "none")), fits), "limit is " + most);
        Fence fence = fence(store(), "g/owner");
        rejected(Batches.fenced(List.of(fence), fits), "limit is " + most);
        rejected(
                on(Collections.nCopies(most + 1, absent(0, "none")), put(0, "a")),
                "limit is " + most);
    }

    @Test
    default void a_value_is_no_larger_than_the_limit() {
        int most = queue().limits().valueBytes();
        Bytes large = Bytes.of(new byte[most + 1]);
        QueueEntry entry = new QueueEntry(0, Shelf.WORK, at("a"), large);
        rejected(batch(put(0, "b"), new QueueOperation.Put(entry)), "limit is " + most);
    }

    @Test
    default void a_place_is_written_once_in_a_batch() {
        rejected(batch(put(0, "a"), put(0, "a")), "twice");
        rejected(batch(put(0, "a"), take(0, "a")), "twice");
        rejected(batch(take(0, "a"), remove(0, "a")), "twice");
        rejected(batch(remove(0, "a"), put(0, "a")), "twice");
    }

    @Test
    default void a_place_that_is_asked_for_is_not_taken() {
        rejected(on(List.of(present(0, "a")), take(0, "a")), "condition");
        rejected(on(List.of(absent(0, "a")), take(0, "a")), "condition");
    }
}
