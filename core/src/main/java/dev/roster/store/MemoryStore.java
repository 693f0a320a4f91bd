package dev.roster.store;

import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Limits;
import dev.roster.StoreClosedException;
import dev.roster.StoreIdentity;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A store in this JVM's memory: for tests, for threads that divide work in one process, and as the
 * model that other stores are compared with. Nothing outlives the process.
 */
public final class MemoryStore implements Store {
    private static final int CHANGES_KEPT = 100_000;
    private static final StoreLimits LIMITS = new StoreLimits(10_000, Limits.VALUE_BYTES);
    private static final ConcurrentHashMap<String, MemoryStore> SHARED = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final KeyValueModel model =
            new KeyValueModel(new StoreIdentity("memory-" + UUID.randomUUID()), CHANGES_KEPT);
    private final boolean isShared;
    private boolean closed;

    /** A store that nobody else has. */
    public MemoryStore() {
        this(false);
    }

    private MemoryStore(boolean isShared) {
        this.isShared = isShared;
    }

    /**
     * The store of that name in this JVM; it lives as long as the JVM, and closing it does nothing.
     */
    public static MemoryStore shared(String name) {
        return SHARED.computeIfAbsent(name, unused -> new MemoryStore(true));
    }

    @Override
    public Snapshot read(Range range) {
        lock.lock();
        try {
            requireOpen();
            return model.read(range);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CommitResult commit(Commit commit) {
        StoreLimits.check(commit, LIMITS);
        lock.lock();
        try {
            if (closed) {
                return new CommitResult.Failed("the memory store is closed");
            }
            long before = model.revision();
            CommitResult result = model.commit(commit);
            if (model.revision() != before) {
                changed.signalAll();
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Watch watch(Range range, long afterRevision) {
        lock.lock();
        try {
            requireOpen();
            return new MemoryWatch(range, afterRevision);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public StoreIdentity identity() {
        lock.lock();
        try {
            requireOpen();
            return model.identity();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public StoreLimits limits() {
        return LIMITS;
    }

    @Override
    public Ties ties() {
        return Ties.NONE;
    }

    @Override
    public Durability durability() {
        return new Durability(
                Durability.Loss.EVERYTHING,
                Durability.Loss.EVERYTHING,
                Durability.Loss.NEVER_HAPPENS,
                "it is in the memory of this process");
    }

    @Override
    public void close() {
        if (isShared) {
            return;
        }
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new StoreClosedException("The memory store is closed.");
        }
    }

    /** A watch is a position in the list of changes. */
    private final class MemoryWatch implements Watch {
        private final Range range;
        private long after;
        private boolean ended;

        MemoryWatch(Range range, long after) {
            this.range = range;
            this.after = after;
        }

        @Override
        public Batch next(Duration atMost) throws InterruptedException {
            long nanos = atMost.toNanos();
            lock.lockInterruptibly();
            try {
                while (true) {
                    if (ended || closed) {
                        throw new IllegalStateException("The watch is closed.");
                    }
                    List<Change> found = model.changesAfter(range, after);
                    if (found == null) {
                        ended = true;
                        return new Batch.MustReread(
                                "changes after revision %d are not kept".formatted(after));
                    }
                    if (!found.isEmpty() || nanos <= 0) {
                        after = model.revision();
                        return new Batch.Changes(found, after);
                    }
                    after = model.revision();
                    nanos = changed.awaitNanos(nanos);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
