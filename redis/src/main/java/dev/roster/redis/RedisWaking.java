package dev.roster.redis;

import dev.roster.store.Queue;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Tells a listener of a queue's wakes, on a thread of its own: the driver's must not wait. */
final class RedisWaking implements Queue.Waking {
    /** In place of partitions: some wakes may have been missed. */
    static final String ALL = "-1";

    private static final int EVERY_PARTITION = -1;

    private final IntConsumer listener;
    private final Consumer<RedisWaking> ended;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Set<Integer> woken = new LinkedHashSet<>();
    private volatile boolean closed;

    RedisWaking(IntConsumer listener, Consumer<RedisWaking> ended) {
        this.listener = listener;
        this.ended = ended;
    }

    void start(String queue) {
        Thread.ofVirtual().name("roster-queue-" + queue).start(this::run);
    }

    /** Takes note of partitions, as they were published. */
    void woken(String partitions) {
        lock.lock();
        try {
            for (String partition : partitions.split(",", -1)) {
                woken.add(Integer.parseInt(partition));
            }
        } catch (NumberFormatException e) {
            // Somebody else's message: looking at all does no harm.
            woken.add(EVERY_PARTITION);
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (!closed) {
                for (int partition : take()) {
                    tell(partition);
                }
            }
        } catch (InterruptedException e) {
            close();
        }
    }

    private Set<Integer> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (woken.isEmpty() && !closed) {
                changed.await();
            }
            Set<Integer> taken = woken;
            woken = new LinkedHashSet<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void tell(int partition) {
        if (!closed) {
            try {
                listener.accept(partition);
            } catch (RuntimeException e) {
                // The listener's own affair: this was a hint, and there will be others.
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        ended.accept(this);
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
