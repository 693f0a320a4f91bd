package dev.roster.redis;

import dev.roster.StoreClosedException;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connection for scripts, and another one when it breaks. Whoever needs it first connects; the
 * others wait. After a failure nobody tries again for a while.
 */
final class Link implements AutoCloseable {
    private static final long SHORTEST_PAUSE_NANOS = 50_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    private final Dialer dialer;
    private final String store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile @Nullable Session current;
    private volatile boolean closed;
    private boolean isDialing;
    private long pauseNanos = SHORTEST_PAUSE_NANOS;
    private long notBefore = System.nanoTime();
    private String trouble = "no connection was made yet";

    Link(Dialer dialer, String store) {
        this.dialer = dialer;
        this.store = store;
    }

    /** The connection, if there is one now. */
    @Nullable Session now() {
        Session session = current;
        return session != null && session.isOpen() && !closed ? session : null;
    }

    /**
     * The connection, made if need be.
     *
     * @throws StoreUnavailableException there was none to be had in this time
     */
    Session session(long atMostNanos) throws InterruptedException {
        Session session = now();
        if (session != null) {
            return session;
        }
        long end = System.nanoTime() + atMostNanos;
        while (true) {
            session = awaitTurn(end);
            if (session != null) {
                return session;
            }
            try {
                dialed(dialer.dial());
            } catch (StoreUnavailableException | StoreRefusedException e) {
                failed(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                failed("Redis could not be used: " + e);
            }
        }
    }

    /** A connection that somebody else made, or null when it is on the caller to make one. */
    private @Nullable Session awaitTurn(long end) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                if (closed) {
                    throw closedException();
                }
                Session session = now();
                if (session != null) {
                    return session;
                }
                long now = System.nanoTime();
                if (!isDialing && now >= notBefore) {
                    isDialing = true;
                    return null;
                }
                if (now >= end) {
                    throw new StoreUnavailableException(trouble);
                }
                long until = isDialing ? end : Math.min(end, notBefore);
                long unused = changed.awaitNanos(until - now);
            }
        } finally {
            lock.unlock();
        }
    }

    private StoreClosedException closedException() {
        return new StoreClosedException("The store %s is closed.".formatted(store));
    }

    private void dialed(Session session) {
        lock.lock();
        try {
            isDialing = false;
            if (closed) {
                session.drop();
                throw closedException();
            }
            current = session;
            pauseNanos = SHORTEST_PAUSE_NANOS;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void failed(String why) {
        lock.lock();
        try {
            isDialing = false;
            trouble = why;
            notBefore =
                    System.nanoTime()
                            + ThreadLocalRandom.current().nextLong(pauseNanos / 2, pauseNanos);
            pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The first connection, or why there is none. */
    Session first() {
        Session session = dialer.dial();
        dialed(session);
        return session;
    }

    /** Gives up a connection on which something had no answer in time. */
    void drop(Session session) {
        session.drop();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            // The wire ends the connections when it is closed.
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    static long nanos(java.time.Duration time) {
        return TimeUnit.MILLISECONDS.toNanos(time.toMillis());
    }
}
