package dev.roster.bench.cluster;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.StoreIdentity;
import dev.roster.store.Durability;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.StoreLimits;
import dev.roster.store.Ties;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what goes to a store. */
final class CountingStore implements Store {
    private final Store store;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong notices = new AtomicLong();

    CountingStore(Store store) {
        this.store = store;
    }

    /** Reads, commits, and batches of changes, so far. */
    String counts() {
        return "%d %d %d".formatted(reads.get(), commits.get(), notices.get());
    }

    @Override
    public Snapshot read(Range range) {
        reads.incrementAndGet();
        return store.read(range);
    }

    @Override
    public CommitResult commit(Commit commit) {
        commits.incrementAndGet();
        return store.commit(commit);
    }

    @Override
    public Watch watch(Range range, long afterRevision) {
        return new CountingWatch(store.watch(range, afterRevision));
    }

    @Override
    public StoreIdentity identity() {
        return store.identity();
    }

    @Override
    public StoreLimits limits() {
        return store.limits();
    }

    @Override
    public Ties ties() {
        return store.ties();
    }

    @Override
    public Durability durability() {
        return store.durability();
    }

    @Override
    public void close() {
        store.close();
    }

    private final class CountingWatch implements Watch {
        private final Watch watch;

        CountingWatch(Watch watch) {
            this.watch = watch;
        }

        @Override
        public Batch next(Duration atMost) throws InterruptedException {
            Batch batch = watch.next(atMost);
            if (batch instanceof Batch.Changes changes && !changes.changes().isEmpty()) {
                notices.incrementAndGet();
            }
            return batch;
        }

        @Override
        public void close() {
            watch.close();
        }
    }
}
