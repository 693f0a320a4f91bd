package dev.roster.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.IndeterminateException;
import dev.roster.protocol.jobs.Spot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class TurnsTest {
    private final Turns turns = new Turns();
    private final ConcurrentLinkedQueue<List<Prepared>> sent = new ConcurrentLinkedQueue<>();

    private final ConcurrentLinkedQueue<Throwable> broken = new ConcurrentLinkedQueue<>();

    private static Prepared job(int number) {
        return new Prepared(0, new Spot(0, number, "j" + number), Bytes.EMPTY, null);
    }

    private static void awaitWaiting(List<Thread> threads) {
        for (Thread thread : threads) {
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Others that come while one sends, which goes on when they all wait. */
    private List<Thread> othersWhileOneSends(Runnable atTheEnd) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        threads.add(
                Thread.ofVirtual()
                        .uncaughtExceptionHandler((thread, e) -> broken.add(e))
                        .start(() ->
                                turns.take(
                                        List.of(job(0)),
                                        jobs -> {
                                            sent.add(jobs);
                                            begun.countDown();
                                            awaitQuietly(end);
                                            atTheEnd.run();
                                        })));
        begun.await();
        List<Thread> others = new ArrayList<>();
        for (int n = 1; n <= 5; n++) {
            Prepared job = job(n);
            others.add(Thread.startVirtualThread(() -> turns.take(List.of(job), sent::add)));
        }
        awaitWaiting(others);
        end.countDown();
        threads.addAll(others);
        return threads;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void who_is_alone_sends_at_once() {
        turns.take(List.of(job(1), job(2)), sent::add);

        assertThat(sent).singleElement().satisfies(jobs -> assertThat(jobs).hasSize(2));
    }

    @Test
    void those_who_come_while_one_sends_are_sent_together() throws InterruptedException {
        join(othersWhileOneSends(() -> {}));

        assertThat(sent).extracting(List::size).containsExactly(1, 5);
    }

    @Test
    void those_who_wait_are_sent_when_the_one_before_broke() throws InterruptedException {
        Runnable breaking =
                () -> {
                    throw new StackOverflowError("for the test");
                };
        join(othersWhileOneSends(breaking));

        assertThat(broken).singleElement().isInstanceOf(StackOverflowError.class);
        assertThat(sent).extracting(List::size).containsExactly(1, 5);
    }

    @Test
    void jobs_whose_sending_broke_are_not_taken_for_submitted() {
        Prepared job = job(1);

        assertThatThrownBy(() ->
                        turns.take(
                                List.of(job),
                                jobs -> {
                                    throw new StackOverflowError("for the test");
                                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(job.failed).isInstanceOf(IndeterminateException.class);
    }

    @Test
    void whoever_is_interrupted_while_it_waits_is_sent_and_stays_interrupted()
            throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger interrupted = new AtomicInteger();
        Thread first =
                Thread.startVirtualThread(() ->
                        turns.take(
                                List.of(job(0)),
                                jobs -> {
                                    begun.countDown();
                                    awaitQuietly(end);
                                }));
        begun.await();
        Thread second =
                Thread.startVirtualThread(() -> {
                    turns.take(List.of(job(1)), sent::add);
                    interrupted.set(Thread.currentThread().isInterrupted() ? 1 : -1);
                });
        awaitWaiting(List.of(second));
        second.interrupt();
        end.countDown();
        join(List.of(first, second));

        assertThat(interrupted).hasValue(1);
        assertThat(sent).hasSize(1);
    }

    @Test
    void every_job_is_sent_once_and_by_one_at_a_time() throws InterruptedException {
        AtomicInteger sending = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int caller = 0; caller < 8; caller++) {
            int first = caller * 500;
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int n = first; n < first + 500; n++) {
                                    turns.take(
                                            List.of(job(n)),
                                            jobs -> {
                                                int now = sending.incrementAndGet();
                                                most.accumulateAndGet(now, Math::max);
                                                sent.add(jobs);
                                                sending.decrementAndGet();
                                            });
                                }
                            }));
        }
        join(threads);

        assertThat(most).hasValue(1);
        assertThat(sent.stream().flatMap(List::stream).map(job -> job.spot().id()))
                .hasSize(4000)
                .doesNotHaveDuplicates();
    }
}
