package dev.roster.sql.shared;

import dev.roster.store.Queue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/**
 * Who listens to the queues of a store in this process. Each is told by a thread that lives while
 * there is something to tell, so that nobody waits for a slow one; what comes meanwhile is told
 * once.
 */
public final class Listeners {
    /** All partitions should be looked at. */
    public static final int ALL = -1;

    private final Map<String, Set<Listener>> byQueue = new ConcurrentHashMap<>();

    /** Nobody listens yet. */
    public Listeners() {}

    /** Listens to a queue until the result is closed. */
    public Queue.Waking listen(String queue, IntConsumer woken) {
        Listener listener = new Listener(queue, woken);
        byQueue.computeIfAbsent(queue, name -> new CopyOnWriteArraySet<>()).add(listener);
        return listener;
    }

    /** Whether anybody listens to any queue. */
    public boolean isAny() {
        return byQueue.values().stream().anyMatch(listening -> !listening.isEmpty());
    }

    /** Tells who listens to a queue of partitions, or of {@link #ALL}. Returns at once. */
    public void tell(String queue, Collection<Integer> partitions) {
        for (Listener listener : byQueue.getOrDefault(queue, Set.of())) {
            listener.tell(partitions);
        }
    }

    /** Tells everybody to look at all. Returns at once. */
    public void tellAll() {
        byQueue.keySet().forEach(queue -> tell(queue, List.of(ALL)));
    }

    private final class Listener implements Queue.Waking {
        private final String queue;
        private final IntConsumer woken;
        private final ReentrantLock lock = new ReentrantLock();
        private final Set<Integer> pending = new TreeSet<>();
        private boolean telling;
        private volatile boolean closed;

        Listener(String queue, IntConsumer woken) {
            this.queue = queue;
            this.woken = woken;
        }

        void tell(Collection<Integer> partitions) {
            lock.lock();
            try {
                pending.addAll(partitions);
                if (telling || closed || pending.isEmpty()) {
                    return;
                }
                telling = true;
            } finally {
                lock.unlock();
            }
            Thread.ofVirtual().name("roster-wake").start(this::run);
        }

        private void run() {
            for (List<Integer> next = next(); !next.isEmpty(); next = next()) {
                for (int partition : next) {
                    if (!closed) {
                        tell(partition);
                    }
                }
            }
        }

        private void tell(int partition) {
            try {
                woken.accept(partition);
            } catch (RuntimeException e) {
                // The listener's own trouble; the next wake may find it better.
                System.getLogger(Listeners.class.getName())
                        .log(System.Logger.Level.WARNING, "A listener of a queue failed.", e);
            }
        }

        private List<Integer> next() {
            lock.lock();
            try {
                List<Integer> all = pending.contains(ALL) ? List.of(ALL) : new ArrayList<>(pending);
                pending.clear();
                telling = !all.isEmpty();
                return all;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            closed = true;
            byQueue.getOrDefault(queue, Set.of()).remove(this);
        }
    }
}
