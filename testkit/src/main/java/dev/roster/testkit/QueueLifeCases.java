package dev.roster.testkit;

import static dev.roster.testkit.Batches.APPLIED;
import static dev.roster.testkit.Batches.all;
import static dev.roster.testkit.Batches.applied;
import static dev.roster.testkit.Batches.batch;
import static dev.roster.testkit.Batches.content;
import static dev.roster.testkit.Batches.put;
import static dev.roster.testkit.Batches.read;
import static dev.roster.testkit.Batches.refused;
import static dev.roster.testkit.Batches.take;
import static dev.roster.testkit.Batches.waking;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.StoreClosedException;
import dev.roster.store.Queue;
import dev.roster.store.QueueResult;
import dev.roster.testkit.FaultyStore.Fault;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Wakes, interrupts, faults and the end. */
interface QueueLifeCases extends QueueCases {
    /** Waits for one of them to be woken; all of them counts. */
    private static void awaitWoken(BlockingQueue<Integer> told, int partition)
            throws InterruptedException {
        while (true) {
            Integer next = told.poll(40, TimeUnit.SECONDS);
            assertThat(next).as("word of partition " + partition).isNotNull();
            if (next == partition || next == -1) {
                return;
            }
        }
    }

    @Test
    default void listeners_in_all_processes_are_told_of_wakes() throws InterruptedException {
        BlockingQueue<Integer> here = new LinkedBlockingQueue<>();
        BlockingQueue<Integer> there = new LinkedBlockingQueue<>();
        try (Queue.Waking one = queue().listen(here::add);
                Queue.Waking two = other().listen(there::add)) {
            for (int round = 0; round < 5; round++) {
                QueueResult result =
                        queue().apply(waking(Set.of(round, 77), put(round, "a" + round)));
                assertThat(result).isEqualTo(APPLIED);
                awaitWoken(here, round);
                awaitWoken(there, round);
            }
            assertThat(one).isNotSameAs(two);
        }
    }

    @Test
    default void who_is_woken_finds_what_woke_it() throws InterruptedException {
        BlockingQueue<Integer> told = new LinkedBlockingQueue<>();
        try (Queue.Waking waking = other().listen(told::add)) {
            for (int round = 0; round < 20; round++) {
                int partition = round % 3;
                assertThat(queue().apply(waking(Set.of(partition), put(partition, "a" + round))))
                        .isEqualTo(APPLIED);
                awaitWoken(told, partition);
                assertThat(content(other(), partition)).contains("a" + round + "=a" + round);
                told.clear();
            }
            assertThat(waking).isNotNull();
        }
    }

    @Test
    default void many_wakes_at_once_are_told() throws InterruptedException {
        BlockingQueue<Integer> told = new LinkedBlockingQueue<>();
        Set<Integer> many = new java.util.HashSet<>();
        for (int partition = 0; partition < 1000; partition++) {
            many.add(partition * 7);
        }
        try (Queue.Waking waking = other().listen(told::add)) {
            assertThat(queue().apply(waking(many, put(0, "a")))).isEqualTo(APPLIED);
            awaitWoken(told, 999 * 7);
            assertThat(waking).isNotNull();
        }
    }

    @Test
    default void a_listener_that_throws_is_told_again() throws InterruptedException {
        BlockingQueue<Integer> told = new LinkedBlockingQueue<>();
        try (Queue.Waking waking =
                queue().listen(partition -> {
                    told.add(partition);
                    throw new IllegalStateException("meant to fail");
                })) {
            assertThat(queue().apply(waking(Set.of(1), put(1, "a")))).isEqualTo(APPLIED);
            awaitWoken(told, 1);
            assertThat(queue().apply(waking(Set.of(2), put(2, "a")))).isEqualTo(APPLIED);
            awaitWoken(told, 2);
            assertThat(waking).isNotNull();
        }
    }

    @Test
    default void who_has_ended_listening_is_told_nothing() throws InterruptedException {
        BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();
        BlockingQueue<Integer> told = new LinkedBlockingQueue<>();
        Queue.Waking waking = queue().listen(ended::add);
        waking.close();
        waking.close();
        try (Queue.Waking still = queue().listen(told::add)) {
            assertThat(queue().apply(waking(Set.of(1), put(1, "a")))).isEqualTo(APPLIED);
            awaitWoken(told, 1);
            assertThat(still).isNotNull();
        }
        assertThat(ended).doesNotContain(1);
    }

    @Test
    default void what_is_put_is_there_after_the_queue_was_closed() {
        applied(queue(), put(0, "a"));
        queue().close();
        queue().close();
        assertThat(content(named(queue().name()), 0)).containsExactly("a=a");
        assertThat(content(other(), 0)).containsExactly("a=a");
        applied(other(), take(0, "a"));
        assertThat(store().read(Commits.ALL).identity()).isEqualTo(store().identity());
    }

    @Test
    default void a_closed_store_does_nothing_and_says_so() throws InterruptedException {
        Queue queue = queue();
        Queue.Waking waking = queue.listen(partition -> {});
        store().close();
        assertThatExceptionOfType(StoreClosedException.class).isThrownBy(() -> read(queue, all(0)));
        assertThatExceptionOfType(StoreClosedException.class).isThrownBy(() -> queue.count(all(0)));
        assertThatExceptionOfType(StoreClosedException.class).isThrownBy(() -> queue.prune(all(0)));
        assertThat(queue.apply(batch(put(0, "a")))).isInstanceOf(QueueResult.NotApplied.class);
        waking.close();
        queue.close();
    }

    @Test
    default void an_interrupted_batch_ends_and_leaves_the_interrupt() {
        applied(queue(), put(0, "a"));
        Thread.currentThread().interrupt();
        QueueResult result = queue().apply(batch(take(0, "a")));
        assertThat(Thread.interrupted()).isTrue();
        switch (result) {
            case QueueResult.Applied applied -> assertThat(content(queue(), 0)).isEmpty();
            case QueueResult.NotApplied not ->
                    assertThat(content(queue(), 0)).containsExactly("a=a");
            case QueueResult.Unknown unknown -> assertThat(unknown.why()).isNotBlank();
            default -> throw new AssertionError("An interrupt is no " + result);
        }
    }

    /** What a store behind the general queue does not know the queue does not know either. */
    @Test
    default void faults_of_a_store_are_told_as_they_are() {
        for (Fault fault : Fault.values()) {
            String id = "id-" + fault;
            FaultyStore faulty = new FaultyStore(store(), number -> fault);
            Queue general = Queue.over(faulty, "faulty", InstantSource.system());
            QueueResult result = general.apply(batch(put(0, id)));
            Queue behind = Queue.over(store(), "faulty", InstantSource.system());
            boolean isThere = content(behind, 0).contains(id + "=" + id);
            switch (fault) {
                case NONE -> {
                    assertThat(result).isEqualTo(APPLIED);
                    assertThat(isThere).isTrue();
                }
                case BEFORE -> {
                    assertThat(result).isInstanceOf(QueueResult.NotApplied.class);
                    assertThat(isThere).isFalse();
                }
                case AFTER -> {
                    assertThat(result).isInstanceOf(QueueResult.Unknown.class);
                    assertThat(isThere).isTrue();
                    // Repeated under its ticket it tells.
                    refused(
                            behind.apply(Batches.on(List.of(Batches.absent(0, id)), put(0, id))),
                            0,
                            id);
                }
                case LOST -> {
                    assertThat(result).isInstanceOf(QueueResult.Unknown.class);
                    assertThat(isThere).isFalse();
                }
            }
        }
    }
}
