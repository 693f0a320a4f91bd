package dev.roster.testkit;

import static dev.roster.testkit.Commits.ALL;
import static dev.roster.testkit.Commits.applied;
import static dev.roster.testkit.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Watches while others write, close and interrupt. */
interface WatchRaceCases extends StoreCases {
    int WRITERS = 8;
    int EACH = 40;

    @Test
    default void a_watch_under_concurrent_writers_has_no_gap_and_splits_no_commit()
            throws InterruptedException {
        try (Watch watch = store().watch(ALL, store().read(ALL).revision())) {
            List<List<Long>> revisions =
                    Together.run(WRITERS, writer -> () -> writePairs(writer % 2 == 0, writer));
            List<Long> sorted = revisions.stream().flatMap(List::stream).sorted().toList();
            assertThat(sorted).doesNotHaveDuplicates();

            List<Change> told = Watching.upTo(watch, sorted.getLast());
            List<Long> pairs = sorted.stream().flatMap(at -> List.of(at, at).stream()).toList();
            assertThat(told).extracting(Change::revision).isEqualTo(pairs);
        }
    }

    private List<Long> writePairs(boolean here, int writer) {
        Store by = here ? store() : other();
        List<Long> revisions = new ArrayList<>();
        for (int at = 0; at < EACH; at++) {
            String value = writer + "/" + at;
            revisions.add(applied(by, put("a" + writer, value), put("b" + writer, value)));
        }
        return revisions;
    }

    @Test
    default void a_copy_kept_by_a_watch_is_never_behind_a_read() throws InterruptedException {
        Snapshot begin = store().read(ALL);
        Together.run(
                5,
                at ->
                        at < 4
                                ? () -> writePairs(at % 2 == 0, at)
                                : () -> copyAndCompare(begin.revision()));
    }

    private List<Long> copyAndCompare(long from) throws InterruptedException {
        TreeMap<String, Entry> copy = new TreeMap<>();
        try (Watch watch = other().watch(ALL, from)) {
            for (int round = 0; round < 30; round++) {
                // Catching up to a snapshot's revision may overshoot it.
                Snapshot snapshot = other().read(ALL);
                for (Change change : Watching.upTo(watch, snapshot.revision())) {
                    Entry now = change.now();
                    if (now == null) {
                        copy.remove(change.key());
                    } else {
                        copy.put(change.key(), now);
                    }
                }
                for (Entry entry : snapshot.entries()) {
                    Entry copied = copy.get(entry.key());
                    assertThat(copied).isNotNull();
                    assertThat(copied == null ? 0 : copied.modified())
                            .isGreaterThanOrEqualTo(entry.modified());
                }
            }
        }
        Snapshot last = other().read(ALL);
        return List.of(last.revision());
    }

    @Test
    default void a_waiting_watch_is_woken_by_a_commit() throws Exception {
        Watch watch = store().watch(ALL, store().read(ALL).revision());
        try (Waiting waiting = new Waiting(() -> watch.next(Duration.ofSeconds(30)))) {
            long revision = applied(other(), put("k", "v"));
            assertThat(waiting.result())
                    .isInstanceOfSatisfying(
                            Watch.Batch.Changes.class,
                            changes -> assertThat(changes.revision()).isEqualTo(revision));
        }
        watch.close();
    }

    @Test
    default void closing_a_watch_lets_its_waiting_thread_go() throws Exception {
        Watch watch = store().watch(ALL, store().read(ALL).revision());
        try (Waiting waiting = new Waiting(() -> watch.next(Duration.ofSeconds(30)))) {
            watch.close();
            assertThat(waiting.failure()).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    default void closing_the_store_lets_a_waiting_thread_go() throws Exception {
        Watch watch = store().watch(ALL, store().read(ALL).revision());
        try (Waiting waiting = new Waiting(() -> watch.next(Duration.ofSeconds(30)))) {
            store().close();
            assertThat(waiting.failure()).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    default void an_interrupted_watch_loses_nothing() throws Exception {
        Watch watch = store().watch(ALL, store().read(ALL).revision());
        try (Waiting waiting = new Waiting(() -> watch.next(Duration.ofSeconds(30)))) {
            waiting.interrupt();
            assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
        }
        long revision = applied(other(), put("k", "v"));
        assertThat(Watching.upTo(watch, revision)).extracting(Change::key).containsExactly("k");
        watch.close();
    }

    /** A thread that is about to wait, or waits. */
    final class Waiting implements AutoCloseable {
        private final ExecutorService pool = Executors.newThreadPerTaskExecutor(Thread::new);
        private final CountDownLatch begun = new CountDownLatch(1);
        private final Future<Watch.Batch> future;
        private volatile Thread thread = Thread.currentThread();

        Waiting(Callable<Watch.Batch> call) throws InterruptedException {
            future =
                    pool.submit(() -> {
                        thread = Thread.currentThread();
                        begun.countDown();
                        return call.call();
                    });
            begun.await();
        }

        void interrupt() {
            thread.interrupt();
        }

        Watch.Batch result() throws Exception {
            return future.get(20, TimeUnit.SECONDS);
        }

        Throwable failure() throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!future.isDone()) {
                assertThat(System.nanoTime()).as("time to be let go").isLessThan(end);
                Thread.sleep(1);
            }
            return future.exceptionNow();
        }

        @Override
        public void close() {
            pool.shutdownNow();
        }
    }
}
