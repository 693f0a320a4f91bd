package dev.roster.jobs;

import dev.roster.IndeterminateException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Lets one of those who come at the same time send for all of them. While one sends, the others
 * gather; then the first of them sends. Whose jobs were sent goes on without asking for anything,
 * so that nobody waits for those who have to wake up first.
 *
 * <p>Those who were released together come back together, as a rule, but not within a microsecond.
 * Who sends next would go without them and have them wait twice as long, so it waits for as many as
 * there were the last time, for a small part of the time that sending took. Who is alone never
 * waits.
 */
final class Turns {
    private static final long WAIT_MOST_NANOS = 1_000_000;

    /** Waiting takes no more than this part of the time that the last sending took. */
    private static final long PART = 8;

    private enum State {
        WAITS,
        SENDS,
        IS_OVER
    }

    private static final class Turn {
        final List<Prepared> jobs;
        final Thread thread = Thread.currentThread();
        volatile State state = State.WAITS;

        Turn(List<Prepared> jobs) {
            this.jobs = jobs;
        }

        void becomes(State next) {
            state = next;
            LockSupport.unpark(thread);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition another = lock.newCondition();
    private final ArrayDeque<Turn> waiting = new ArrayDeque<>();
    private boolean isTaken;
    private int together;
    private long tookNanos;

    /** Returns when somebody has sent these jobs, maybe this caller, maybe with those of others. */
    void take(List<Prepared> jobs, Consumer<List<Prepared>> send) {
        Turn mine = new Turn(jobs);
        lock.lock();
        try {
            waiting.add(mine);
            if (isTaken) {
                another.signal();
            } else {
                isTaken = true;
                mine.state = State.SENDS;
            }
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (mine.state == State.WAITS) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (mine.state == State.SENDS) {
            interrupted |= sendAll(send);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean sendAll(Consumer<List<Prepared>> send) {
        List<Turn> all = new ArrayList<>();
        boolean interrupted = gather(all);
        List<Prepared> jobs = new ArrayList<>();
        all.forEach(turn -> jobs.addAll(turn.jobs));
        long begin = System.nanoTime();
        try {
            send.accept(jobs);
        } catch (RuntimeException | Error e) {
            // The others should not take their jobs for submitted.
            IndeterminateException why = new IndeterminateException("Submitting failed: " + e);
            jobs.forEach(job -> job.failed = why);
            throw e;
        } finally {
            release(all, System.nanoTime() - begin);
        }
        return interrupted;
    }

    /** Takes all that wait; returns whether it was interrupted meanwhile. */
    private boolean gather(List<Turn> all) {
        boolean interrupted = false;
        lock.lock();
        try {
            long left = Math.min(WAIT_MOST_NANOS, tookNanos / PART);
            while (waiting.size() < together && left > 0 && !interrupted) {
                try {
                    left = another.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            all.addAll(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        return interrupted;
    }

    private void release(List<Turn> all, long nanos) {
        lock.lock();
        try {
            together = all.size();
            tookNanos = nanos;
            Turn next = waiting.peek();
            isTaken = next != null;
            if (next != null) {
                next.becomes(State.SENDS);
            }
        } finally {
            lock.unlock();
        }
        all.forEach(turn -> turn.becomes(State.IS_OVER));
    }
}
