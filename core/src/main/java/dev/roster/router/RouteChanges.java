package dev.roster.router;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a router's table, in order, none left out, for one reader. The first tells all
 * that is there. Up to {@value #KEPT} wait to be read; then the latest are told as one, from the
 * first of them to the last, so that a slow reader costs no more memory and still misses nothing.
 */
public final class RouteChanges implements Iterator<RoutesChanged>, AutoCloseable {
    /** How many changes wait for a slow reader, before some are told as one. */
    public static final int KEPT = 1000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<RoutesChanged> waiting = new ArrayDeque<>();
    private final Consumer<RouteChanges> onClose;
    private boolean ended;

    RouteChanges(Consumer<RouteChanges> onClose) {
        this.onClose = onClose;
    }

    void add(RoutesChanged changed) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            if (waiting.size() >= KEPT) {
                waiting.addLast(waiting.removeLast().then(changed));
            } else {
                waiting.addLast(changed);
            }
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What waits is still told, and then the end. */
    void end() {
        lock.lock();
        try {
            ended = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next change, at most so long.
     *
     * @return it; empty when the time is over, or there will be none any more
     */
    public Optional<RoutesChanged> poll(Duration atMost) throws InterruptedException {
        return Optional.ofNullable(await(atMost.toNanos(), true));
    }

    private @Nullable RoutesChanged await(long atMostNanos, boolean take)
            throws InterruptedException {
        long left = atMostNanos;
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty()) {
                if (ended || left <= 0) {
                    return null;
                }
                left = news.awaitNanos(left);
            }
            return take ? waiting.removeFirst() : waiting.getFirst();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next change. False when there will be none any more: this or the router is
     * closed, or the thread was interrupted, which it then still is.
     */
    @Override
    public boolean hasNext() {
        try {
            return await(Long.MAX_VALUE, false) != null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The next change; waits for it. */
    @Override
    public RoutesChanged next() {
        try {
            RoutesChanged next = await(Long.MAX_VALUE, true);
            if (next != null) {
                return next;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new NoSuchElementException("No more changes: closed, or interrupted.");
    }

    boolean isEnded() {
        lock.lock();
        try {
            return ended && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the reading. */
    @Override
    public void close() {
        onClose.accept(this);
        end();
    }
}
