package dev.roster.testkit;

import static dev.roster.testkit.Batches.APPLIED;
import static dev.roster.testkit.Batches.absent;
import static dev.roster.testkit.Batches.all;
import static dev.roster.testkit.Batches.applied;
import static dev.roster.testkit.Batches.at;
import static dev.roster.testkit.Batches.batch;
import static dev.roster.testkit.Batches.content;
import static dev.roster.testkit.Batches.entry;
import static dev.roster.testkit.Batches.fill;
import static dev.roster.testkit.Batches.ids;
import static dev.roster.testkit.Batches.numbered;
import static dev.roster.testkit.Batches.on;
import static dev.roster.testkit.Batches.present;
import static dev.roster.testkit.Batches.put;
import static dev.roster.testkit.Batches.read;
import static dev.roster.testkit.Batches.refused;
import static dev.roster.testkit.Batches.remove;
import static dev.roster.testkit.Batches.same;
import static dev.roster.testkit.Batches.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What batches do, together or not at all. */
interface QueueBatchCases extends QueueCases {
    @Test
    default void a_put_replaces_what_stands_there() {
        applied(queue(), put(0, "a", "one"));
        applied(other(), put(0, "a", "two"), put(0, "b"));
        assertThat(content(queue(), 0)).containsExactly("a=two", "b=b");
        assertThat(queue().count(all(0))).isEqualTo(2);
    }

    @Test
    default void what_was_taken_is_gone() {
        applied(queue(), put(0, "a"), put(0, "b"), put(0, "c"));
        applied(queue(), take(0, "a"));
        applied(other(), take(0, "c"));
        assertThat(content(queue(), 0)).containsExactly("b=b");
        refused(queue().apply(batch(take(0, "a"))), 0, "a");
        refused(queue().apply(batch(take(0, "c"))), 0, "c");
    }

    @Test
    default void a_take_asks_that_it_is_there_and_not_what_it_says() {
        applied(queue(), put(0, "a", "one"));
        assertThat(content(queue(), 0)).containsExactly("a=one");
        applied(other(), put(0, "a", "two"));
        applied(queue(), take(0, "a"));
        applied(other(), put(0, "a", "three"));
        applied(queue(), take(0, "a"), put(0, "b"));
        assertThat(content(other(), 0)).containsExactly("b=b");
    }

    @Test
    default void a_take_of_what_is_not_there_refuses_all_and_names_all() {
        applied(queue(), put(0, "a"), put(0, "b"));
        QueueResult result =
                other().apply(
                                batch(
                                        take(0, "none"),
                                        put(0, "new"),
                                        take(0, "a"),
                                        remove(0, "b"),
                                        take(0, "neither")));
        refused(result, 0, "none", "neither");
        assertThat(content(queue(), 0)).containsExactly("a=a", "b=b");
    }

    @Test
    default void a_removal_of_what_is_not_there_is_none() {
        applied(queue(), put(0, "a"), put(0, "b"));
        applied(queue(), remove(0, "a"), remove(0, "none"), put(0, "c"));
        applied(queue(), remove(0, "none"));
        assertThat(content(other(), 0)).containsExactly("b=b", "c=c");
    }

    @Test
    default void many_removals_of_what_is_not_there_are_none() {
        List<QueueOperation> removals = new ArrayList<>();
        for (int number = 0; number < 90; number++) {
            removals.add(remove(0, numbered(number)));
        }
        applied(queue(), removals.toArray(QueueOperation[]::new));
        applied(queue(), put(0, numbered(89)), put(0, "rest"));
        applied(queue(), removals.toArray(QueueOperation[]::new));
        assertThat(content(other(), 0)).containsExactly("rest=rest");
    }

    @Test
    default void conditions_hold_or_nothing_happens() {
        applied(queue(), put(0, "there", "value"));
        assertThat(queue().apply(on(List.of(present(0, "there")), put(0, "a")))).isEqualTo(APPLIED);
        assertThat(queue().apply(on(List.of(absent(0, "none")), put(0, "b")))).isEqualTo(APPLIED);
        assertThat(queue().apply(on(List.of(same(0, "there", "value")), put(0, "c"))))
                .isEqualTo(APPLIED);
        refused(queue().apply(on(List.of(absent(0, "there")), put(0, "x"))), 0, "there");
        refused(queue().apply(on(List.of(present(0, "none")), put(0, "x"))), 0, "none");
        refused(queue().apply(on(List.of(same(0, "there", "other")), put(0, "x"))), 0, "there");
        refused(queue().apply(on(List.of(same(0, "none", "value")), put(0, "x"))), 0, "none");
        refused(queue().apply(on(List.of(same(0, "none", "")), put(0, "x"))), 0, "none");
        assertThat(content(other(), 0)).containsExactly("a=a", "b=b", "c=c", "there=value");
    }

    @Test
    default void all_that_does_not_hold_is_named_once() {
        applied(queue(), put(0, "there", "value"), put(0, "more"));
        QueueResult result =
                queue().apply(
                                on(
                                        List.of(
                                                absent(0, "there"),
                                                present(0, "more"),
                                                same(0, "there", "other"),
                                                present(0, "none"),
                                                same(0, "none", "x"),
                                                absent(0, "free")),
                                        take(0, "gone"),
                                        put(0, "x")));
        refused(result, 0, "there", "none", "gone");
        assertThat(content(other(), 0)).containsExactly("more=more", "there=value");
    }

    @Test
    default void a_place_can_be_asked_for_and_written() {
        assertThat(queue().apply(on(List.of(absent(0, "a")), put(0, "a", "1")))).isEqualTo(APPLIED);
        refused(other().apply(on(List.of(absent(0, "a")), put(0, "a", "2"))), 0, "a");
        assertThat(other().apply(on(List.of(same(0, "a", "1")), put(0, "a", "3"))))
                .isEqualTo(APPLIED);
        assertThat(queue().apply(on(List.of(present(0, "a")), remove(0, "a")))).isEqualTo(APPLIED);
        assertThat(content(queue(), 0)).isEmpty();
    }

    @Test
    default void a_batch_may_ask_only_or_nothing() {
        applied(queue(), put(0, "a"));
        assertThat(queue().apply(on(List.of(present(0, "a"), absent(0, "b"))))).isEqualTo(APPLIED);
        refused(queue().apply(on(List.of(present(0, "a"), absent(0, "a")))), 0, "a");
        assertThat(queue().apply(batch())).isEqualTo(APPLIED);
        assertThat(queue().apply(List.of())).isEmpty();
    }

    @Test
    default void an_entry_is_moved_over_partitions_and_shelves_in_one_step() {
        applied(queue(), put(3, "job", "work"));
        QueueEntry dead = new QueueEntry(4, Shelf.DEAD, at(99, "job"), Bytes.utf8("dead"));
        applied(queue(), take(3, "job"), new QueueOperation.Put(dead));
        assertThat(content(other(), 3)).isEmpty();
        assertThat(read(other(), new QueueRange(4, Shelf.DEAD, null, null, 5)))
                .containsExactly(dead);
    }

    @Test
    default void an_entry_is_moved_within_its_shelf_in_one_step() {
        applied(queue(), put(0, "a"), put(0, "b"));
        applied(
                queue(),
                take(0, "a"),
                new QueueOperation.Put(entry(0, at(1_000_000, "a"), "again")));
        assertThat(content(other(), 0)).containsExactly("b=b", "a=again");
        refused(queue().apply(batch(take(0, "a"))), 0, "a");
    }

    @Test
    default void batches_of_one_call_end_each_for_itself_in_the_order_given() {
        applied(queue(), put(0, "a"), put(1, "b"), put(2, "c"));
        List<QueueResult> results =
                other().apply(
                                List.of(
                                        batch(take(0, "a"), put(0, "a2")),
                                        batch(take(0, "none"), put(0, "x")),
                                        batch(take(1, "b")),
                                        on(List.of(absent(2, "c")), put(2, "x")),
                                        on(List.of(same(2, "c", "c")), put(2, "d")),
                                        batch(remove(2, "none"))));
        assertThat(results).hasSize(6);
        assertThat(results.get(0)).isEqualTo(APPLIED);
        refused(results.get(1), 0, "none");
        assertThat(results.get(2)).isEqualTo(APPLIED);
        refused(results.get(3), 2, "c");
        assertThat(results.get(4)).isEqualTo(APPLIED);
        assertThat(results.get(5)).isEqualTo(APPLIED);
        assertThat(content(queue(), 0)).containsExactly("a2=a2");
        assertThat(content(queue(), 1)).isEmpty();
        assertThat(content(queue(), 2)).containsExactly("c=c", "d=d");
    }

    @Test
    default void of_batches_of_one_call_that_take_the_same_one_does() {
        applied(queue(), put(0, "a"));
        List<QueueBatch> takers = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            takers.add(batch(take(0, "a"), put(1, numbered(number))));
        }
        List<QueueResult> results = queue().apply(takers);
        assertThat(results).filteredOn(APPLIED::equals).hasSize(1);
        results.stream().filter(one -> !one.equals(APPLIED)).forEach(one -> refused(one, 0, "a"));
        assertThat(content(other(), 0)).isEmpty();
        assertThat(content(other(), 1)).containsExactly(taken(results.indexOf(APPLIED)));
    }

    private static String taken(int by) {
        return numbered(by) + "=" + numbered(by);
    }

    @Test
    default void a_thousand_batches_in_one_call_are_all_answered() {
        List<QueueBatch> puts = new ArrayList<>();
        for (int number = 0; number < 1000; number++) {
            puts.add(batch(put(number % 8, numbered(number))));
        }
        assertThat(queue().apply(puts)).hasSize(1000).containsOnly(APPLIED);
        List<QueueBatch> takes = new ArrayList<>();
        for (int number = 0; number < 1100; number++) {
            takes.add(batch(take(number % 8, numbered(number))));
        }
        List<QueueResult> results = other().apply(takes);
        assertThat(results.subList(0, 1000)).containsOnly(APPLIED);
        for (int number = 1000; number < 1100; number++) {
            refused(results.get(number), number % 8, numbered(number));
        }
        for (int partition = 0; partition < 8; partition++) {
            assertThat(queue().count(all(partition))).isZero();
        }
    }

    @Test
    default void a_batch_as_large_as_may_be_is_applied() {
        int most = Math.min(queue().limits().operations(), 2000);
        List<QueueOperation> puts = new ArrayList<>();
        List<QueueOperation> takes = new ArrayList<>();
        for (int number = 0; number < most; number++) {
            puts.add(put(0, numbered(number), ""));
            takes.add(take(0, numbered(number)));
        }
        applied(queue(), puts.toArray(QueueOperation[]::new));
        assertThat(other().count(all(0))).isEqualTo(most);
        applied(other(), takes.toArray(QueueOperation[]::new));
        assertThat(queue().count(all(0))).isZero();
    }

    @Test
    default void pruning_removes_the_first_of_a_range() {
        fill(queue(), 0, 1200);
        fill(queue(), 1, 2);
        assertThat(queue().prune(new QueueRange(0, Shelf.WORK, null, null, 100))).isEqualTo(100);
        assertThat(ids(read(other(), new QueueRange(0, Shelf.WORK, null, null, 1))))
                .containsExactly(numbered(100));
        QueueRange middle =
                new QueueRange(
                        0, Shelf.WORK, at(numbered(200)), at(numbered(1100)), Integer.MAX_VALUE);
        assertThat(other().prune(middle)).isEqualTo(900);
        assertThat(other().prune(middle)).isZero();
        assertThat(queue().count(all(0))).isEqualTo(200);
        assertThat(ids(read(queue(), all(0)))).contains(numbered(199), numbered(1100));
        assertThat(queue().count(all(1))).isEqualTo(2);
    }
}
