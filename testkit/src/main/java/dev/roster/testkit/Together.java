package dev.roster.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** Runs the same thing in several threads at once. */
final class Together {
    private static final long PATIENCE_SECONDS = 40;

    private Together() {}

    /** The results in the order of the numbers; any failure is thrown. */
    static <T> List<T> run(int threads, IntFunction<Callable<T>> of) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(threads);
        List<T> results = new ArrayList<>();
        try (ExecutorService pool = Executors.newThreadPerTaskExecutor(Thread::new)) {
            List<Future<T>> running = new ArrayList<>();
            for (int at = 0; at < threads; at++) {
                Callable<T> work = of.apply(at);
                running.add(
                        pool.submit(() -> {
                            ready.countDown();
                            ready.await();
                            return work.call();
                        }));
            }
            try {
                for (Future<T> each : running) {
                    results.add(each.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
                }
            } catch (ExecutionException | TimeoutException e) {
                pool.shutdownNow();
                throw new AssertionError("A thread failed: " + e, e);
            }
        }
        return results;
    }
}
