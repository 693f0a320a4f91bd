package dev.roster.testkit;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.StoreClosedException;
import dev.roster.StoreIdentity;
import dev.roster.StoreUnavailableException;
import dev.roster.store.ForwardingStore;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueuePage;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.StoreLimits;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One process's way to a store, which can be cut: what the process sees then is what it would see
 * if the network or the store failed, and what the others see is a process that crashed or froze.
 * Safe for use by many threads.
 */
public final class CutStore extends ForwardingStore {
    /** What happens to calls. */
    public enum Fault {
        /** Nothing. */
        NONE,
        /** The store does not answer for now: nothing happens, and the caller is told so. */
        REFUSING,
        /** Calls wait, and go through when the fault is over: a frozen process, a stuck network. */
        HANGING,
        /** Commits take effect, but no answer arrives; reads fail. */
        LOSING_REPLIES
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Fault fault = Fault.NONE;
    private boolean closed;
    private int missed;

    /** A way to {@code inner} without a fault; closing it closes that. */
    public CutStore(Store inner) {
        super(inner);
    }

    /** From now on, until told otherwise. */
    public void become(Fault next) {
        lock.lock();
        try {
            fault = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All watches that are open now miss changes, as if the store had compacted its history. */
    public void missChanges() {
        lock.lock();
        try {
            missed++;
        } finally {
            lock.unlock();
        }
    }

    private int missed() {
        lock.lock();
        try {
            return missed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits while calls hang; returns what happens to the call. */
    private Fault pass() {
        lock.lock();
        try {
            while (fault == Fault.HANGING && !closed) {
                changed.await();
            }
            return closed ? Fault.REFUSING : fault;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Fault.REFUSING;
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The store is closed.");
            }
        } finally {
            lock.unlock();
        }
    }

    private StoreUnavailableException unavailable() {
        lock.lock();
        try {
            return closed
                    ? new StoreClosedException("The store is closed.")
                    : new StoreUnavailableException("cut off for a test");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Queue queue(String name) {
        return new CutQueue(behind().queue(name));
    }

    @Override
    public Snapshot read(Range range) {
        if (pass() != Fault.NONE) {
            throw unavailable();
        }
        return super.read(range);
    }

    @Override
    public CommitResult commit(Commit commit) {
        return switch (pass()) {
            case NONE, HANGING -> super.commit(commit);
            case REFUSING -> new CommitResult.Failed("cut off for a test");
            case LOSING_REPLIES -> {
                super.commit(commit);
                yield new CommitResult.Unknown("the reply was lost for a test");
            }
        };
    }

    @Override
    public Watch watch(Range range, long afterRevision) {
        if (pass() != Fault.NONE) {
            throw unavailable();
        }
        return new CutWatch(super.watch(range, afterRevision));
    }

    @Override
    public StoreIdentity identity() {
        if (pass() != Fault.NONE) {
            throw unavailable();
        }
        return super.identity();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        super.close();
    }

    /** The store's own queue, cut off with the store. */
    private final class CutQueue implements Queue {
        private final Queue queue;

        CutQueue(Queue queue) {
            this.queue = queue;
        }

        private void requireAnswers() {
            if (pass() != Fault.NONE) {
                throw unavailable();
            }
        }

        @Override
        public String name() {
            return queue.name();
        }

        @Override
        public QueuePage read(List<QueueRange> ranges) {
            requireAnswers();
            return queue.read(ranges);
        }

        @Override
        public long count(QueueRange range) {
            requireAnswers();
            return queue.count(range);
        }

        @Override
        public List<QueueResult> apply(List<QueueBatch> batches) {
            return switch (pass()) {
                case NONE, HANGING -> queue.apply(batches);
                case REFUSING ->
                        Collections.nCopies(
                                batches.size(), new QueueResult.NotApplied("cut off for a test"));
                case LOSING_REPLIES -> {
                    List<QueueResult> unused = queue.apply(batches);
                    yield Collections.nCopies(
                            batches.size(),
                            new QueueResult.Unknown("the reply was lost for a test"));
                }
            };
        }

        @Override
        public int prune(QueueRange range) {
            requireAnswers();
            return queue.prune(range);
        }

        @Override
        public Waking listen(IntConsumer woken) {
            return queue.listen(partition -> {
                if (pass() == Fault.NONE) {
                    woken.accept(partition);
                }
            });
        }

        @Override
        public StoreLimits limits() {
            return queue.limits();
        }

        @Override
        public void close() {
            queue.close();
        }
    }

    /** Keeps back what arrives during a fault, and loses none of it. */
    private final class CutWatch implements Watch {
        private final Watch watch;
        private final int missedBefore = missed();
        private @Nullable Batch kept;

        CutWatch(Watch watch) {
            this.watch = watch;
        }

        @Override
        public Batch next(Duration atMost) throws InterruptedException {
            requireOpen();
            if (pass() != Fault.NONE) {
                throw unavailable();
            }
            Batch batch =
                    kept == null
                            ? watch.next(missed() == missedBefore ? atMost : Duration.ZERO)
                            : kept;
            kept = batch;
            if (pass() != Fault.NONE) {
                throw unavailable();
            }
            kept = null;
            if (missed() != missedBefore) {
                watch.close();
                return new Batch.MustReread("changes were missed for a test");
            }
            return batch;
        }

        @Override
        public void close() {
            watch.close();
        }
    }
}
