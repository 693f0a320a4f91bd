package dev.roster.sql.postgres;

import static dev.roster.sql.Entries.applied;
import static dev.roster.sql.Entries.fenced;
import static dev.roster.sql.Entries.once;
import static dev.roster.sql.Entries.own;
import static dev.roster.sql.Entries.put;
import static dev.roster.sql.Entries.read;
import static dev.roster.sql.Entries.take;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Fence;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueResult;
import dev.roster.store.Store;
import dev.roster.testkit.server.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that is killed while batches are under way. */
@Timeout(180)
final class PostgresQueueFaultsTest {
    private static final int THREADS = 4;
    private static final int EACH = 150;

    @Test
    void what_is_repeated_until_it_is_told_is_there_once_and_taken_once() throws Exception {
        try (PostgresServer server = PostgresServer.start("max_connections=50");
                Store store = Store.open(server.url());
                Queue queue = store.queue("mail")) {
            Fence fence = own(store);
            AtomicInteger done = new AtomicInteger();
            List<Callable<Integer>> puts = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int partition = thread;
                puts.add(() -> {
                    for (int n = 0; n < EACH; n++) {
                        told(queue, once(partition, "%d-%03d".formatted(partition, n)));
                        done.incrementAndGet();
                    }
                    return EACH;
                });
            }
            during(puts, server, done);
            for (int partition = 0; partition < THREADS; partition++) {
                assertThat(whenUp(queue, partition)).hasSize(EACH).doesNotHaveDuplicates();
            }
            done.set(0);
            List<Callable<Integer>> takes = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int partition = thread;
                takes.add(() -> {
                    for (String id : whenUp(queue, partition)) {
                        told(queue, fenced(fence, take(partition, id)));
                        done.incrementAndGet();
                    }
                    return EACH;
                });
            }
            during(takes, server, done);
            for (int partition = 0; partition < THREADS; partition++) {
                assertThat(whenUp(queue, partition)).isEmpty();
            }
            applied(queue, put(0, "on"));
        }
    }

    private static void during(
            List<Callable<Integer>> work, PostgresServer server, AtomicInteger done)
            throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Integer>> running = new ArrayList<>();
            work.forEach(each -> running.add(pool.submit(each)));
            while (done.get() < THREADS * EACH / 3) {
                Thread.sleep(1);
            }
            server.kill();
            server.start();
            for (Future<Integer> each : running) {
                assertThat(each.get(120, TimeUnit.SECONDS)).isEqualTo(EACH);
            }
        }
    }

    /** Repeats it while nobody can tell, or nothing happened. */
    private static void told(Queue queue, QueueBatch batch) throws InterruptedException {
        boolean isOpen = false;
        while (true) {
            QueueResult result = queue.apply(batch);
            switch (result) {
                case QueueResult.Applied applied -> {
                    return;
                }
                case QueueResult.Refused refused -> {
                    assertThat(isOpen).as("refused although it was never unknown").isTrue();
                    return;
                }
                case QueueResult.Fenced fenced -> throw new AssertionError(fenced);
                case QueueResult.NotApplied not -> Thread.sleep(20);
                case QueueResult.Unknown unknown -> isOpen = true;
            }
        }
    }

    private static List<String> whenUp(Queue queue, int partition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                return read(queue, partition);
            } catch (StoreUnavailableException e) {
                assertThat(System.nanoTime()).as(String.valueOf(e.getMessage())).isLessThan(end);
                Thread.sleep(50);
            }
        }
    }
}
