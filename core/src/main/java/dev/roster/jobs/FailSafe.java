package dev.roster.jobs;

import dev.roster.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Ends the member when its consumer can go on no more, so that others take its partitions over. It
 * would go on to hold them otherwise, as beats have threads of their own.
 *
 * <p>A thread of the consumer's that ends is one reason. The other are handlers that were told to
 * stop, do not, and compute: a virtual thread is taken off its processor only where it waits, so as
 * many of these as there are processors stop all other virtual threads of the process for good.
 * Such a thread may hold the consumer's lock: then nothing tells of handlers any more, and it is
 * the lock that is watched.
 */
final class FailSafe {
    private static final long LOOK_MILLIS = 500;
    private static final long PATIENCE_MILLIS = 5_000;

    /** More than one, as the machine may have stood still during the first. */
    private static final int LOOKS = 2;

    private final String queue;
    private final Ears ears;
    private final Runnable cancel;
    private final int processors =
            Integer.getInteger(
                    "jdk.virtualThreadScheduler.parallelism",
                    Runtime.getRuntime().availableProcessors());
    private final List<Thread> stuck = new ArrayList<>();
    private volatile boolean over;

    /**
     * @param cancel ends the member at once, without any virtual thread
     */
    FailSafe(String queue, Ears ears, Runnable cancel) {
        this.queue = queue;
        this.ears = ears;
        this.cancel = cancel;
    }

    /** Runs what has to go on until the consumer's end. */
    void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            fail(Problem.Kind.OWN_FAULT, "Roster found a fault of its own: " + e);
            throw e;
        }
    }

    /** One more handler does not stop. */
    synchronized void stuck(Thread thread) {
        stuck.removeIf(one -> !one.isAlive());
        stuck.add(thread);
        long computing =
                stuck.stream().filter(one -> one.getState() == Thread.State.RUNNABLE).count();
        if (computing >= processors) {
            fail(
                    Problem.Kind.STUCK_HANDLER,
                    "%d handlers that do not stop keep all processors for themselves"
                            .formatted(computing));
        }
    }

    /** Looks, until the consumer's end, whether its lock can still be had. */
    void watch(ReentrantLock lock) {
        try {
            int missed = 0;
            while (!over && missed < LOOKS) {
                Thread.sleep(LOOK_MILLIS);
                missed = isFree(lock) ? 0 : missed + 1;
            }
            if (missed == LOOKS) {
                fail(
                        Problem.Kind.STUCK_HANDLER,
                        "the consumer did not get on for %d ms: handlers keep all processors for themselves"
                                .formatted(LOOKS * PATIENCE_MILLIS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isFree(ReentrantLock lock) throws InterruptedException {
        if (!lock.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            return false;
        }
        lock.unlock();
        return true;
    }

    /** Takes the lock, if it is to be had at all: the member's end does not wait for it. */
    static boolean takes(ReentrantLock lock) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        boolean interrupted = false;
        boolean locked = false;
        while (!locked && System.nanoTime() - end < 0) {
            try {
                locked = lock.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return locked;
    }

    private void fail(Problem.Kind kind, String why) {
        if (!over) {
            over = true;
            // First: who listens ends with the consumer, and that with its member.
            ears.problem(
                    new Problem(kind, "queue " + queue, why + "; the member ends, others go on"));
            cancel.run();
        }
    }

    /** The consumer is over: nothing has to go on. */
    void end() {
        over = true;
    }
}
