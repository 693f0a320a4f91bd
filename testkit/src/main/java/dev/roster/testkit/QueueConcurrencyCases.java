package dev.roster.testkit;

import static dev.roster.testkit.Batches.APPLIED;
import static dev.roster.testkit.Batches.absent;
import static dev.roster.testkit.Batches.all;
import static dev.roster.testkit.Batches.applied;
import static dev.roster.testkit.Batches.batch;
import static dev.roster.testkit.Batches.content;
import static dev.roster.testkit.Batches.fill;
import static dev.roster.testkit.Batches.numbered;
import static dev.roster.testkit.Batches.on;
import static dev.roster.testkit.Batches.present;
import static dev.roster.testkit.Batches.put;
import static dev.roster.testkit.Batches.read;
import static dev.roster.testkit.Batches.same;
import static dev.roster.testkit.Batches.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What several do at the same time. */
interface QueueConcurrencyCases extends QueueCases {
    private Queue of(int thread) {
        return thread % 2 == 0 ? queue() : other();
    }

    private static int count(List<QueueResult> results) {
        return (int) results.stream().filter(APPLIED::equals).count();
    }

    @Test
    default void of_several_that_take_the_same_one_does() throws InterruptedException {
        for (int round = 0; round < 10; round++) {
            String id = numbered(round);
            applied(queue(), put(0, id));
            List<QueueResult> results =
                    Together.run(6, thread -> () -> of(thread).apply(batch(take(0, id))));
            assertThat(count(results)).isEqualTo(1);
            assertThat(results).noneMatch(one -> one instanceof QueueResult.Unknown);
        }
        assertThat(content(queue(), 0)).isEmpty();
    }

    @Test
    default void of_several_that_put_where_nothing_is_one_does() throws InterruptedException {
        for (int round = 0; round < 10; round++) {
            String id = numbered(round);
            List<QueueResult> results =
                    Together.run(
                            6,
                            thread ->
                                    () ->
                                            of(thread)
                                                    .apply(
                                                            on(
                                                                    List.of(absent(0, id)),
                                                                    put(0, id, "by" + thread))));
            assertThat(count(results)).isEqualTo(1);
            assertThat(content(queue(), 0)).contains(id + "=by" + results.indexOf(APPLIED));
        }
    }

    @Test
    default void a_counter_that_is_compared_loses_nothing() throws InterruptedException {
        applied(queue(), put(0, "counter", "0"));
        Together.run(
                4,
                thread ->
                        () -> {
                            for (int done = 0; done < 25; ) {
                                String now = read(of(thread), all(0)).getFirst().value().toUtf8();
                                String next = String.valueOf(Integer.parseInt(now) + 1);
                                QueueBatch add =
                                        on(
                                                List.of(same(0, "counter", now)),
                                                put(0, "counter", next));
                                done += of(thread).apply(add).equals(APPLIED) ? 1 : 0;
                            }
                            return thread;
                        });
        assertThat(content(queue(), 0)).containsExactly("counter=100");
    }

    /** Takers of everything share it out: each entry is taken once. */
    @Test
    default void entries_are_shared_out_each_to_one() throws InterruptedException {
        fill(queue(), 0, 400);
        AtomicInteger taken = new AtomicInteger();
        Together.run(
                4,
                thread ->
                        () -> {
                            for (int number = 0; number < 400; number += 20) {
                                List<QueueBatch> takes = new ArrayList<>();
                                for (int at = number; at < number + 20; at++) {
                                    String id = numbered(at);
                                    takes.add(batch(take(0, id), put(1, id + "-" + thread, "")));
                                }
                                taken.addAndGet(count(of(thread).apply(takes)));
                            }
                            return thread;
                        });
        assertThat(taken).hasValue(400);
        assertThat(queue().count(all(0))).isZero();
        assertThat(read(queue(), all(1)))
                .extracting(entry -> entry.place().id().substring(0, 7))
                .doesNotHaveDuplicates()
                .hasSize(400);
    }

    /** Both orders of the same two places must not stop each other for ever. */
    @Test
    default void batches_that_cross_each_other_end() throws InterruptedException {
        applied(queue(), put(0, "a"), put(0, "b"));
        Together.run(
                4,
                thread ->
                        () -> {
                            boolean isForth = thread < 2;
                            for (int round = 0; round < 25; round++) {
                                QueueOperation one = put(0, isForth ? "a" : "b", "" + thread);
                                QueueOperation two = put(0, isForth ? "b" : "a", "" + thread);
                                QueueResult result =
                                        of(thread)
                                                .apply(
                                                        on(
                                                                List.of(
                                                                        present(0, "a"),
                                                                        present(0, "b")),
                                                                one,
                                                                two));
                                assertThat(result).isEqualTo(APPLIED);
                            }
                            return thread;
                        });
        List<String> values =
                read(queue(), all(0)).stream().map(entry -> entry.value().toUtf8()).toList();
        assertThat(values).hasSize(2);
        assertThat(values.getFirst()).isEqualTo(values.getLast());
    }

    @Test
    default void who_prunes_the_same_range_together_removes_each_once()
            throws InterruptedException {
        fill(queue(), 0, 1000);
        List<Integer> removed =
                Together.run(
                        4,
                        thread ->
                                () ->
                                        of(thread)
                                                .prune(
                                                        new QueueRange(
                                                                0, Shelf.WORK, null, null, 5000)));
        assertThat(removed.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1000);
        assertThat(queue().count(all(0))).isZero();
    }
}
