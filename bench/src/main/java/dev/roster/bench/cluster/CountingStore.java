package dev.roster.bench.cluster;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.store.ForwardingStore;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what goes to a store. */
final class CountingStore extends ForwardingStore {
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong notices = new AtomicLong();

    CountingStore(Store store) {
        super(store);
    }

    /** Reads, commits, and batches of changes, so far. */
    String counts() {
        return "%d %d %d".formatted(reads.get(), commits.get(), notices.get());
    }

    @Override
    public Snapshot read(Range range) {
        reads.incrementAndGet();
        return super.read(range);
    }

    @Override
    public CommitResult commit(Commit commit) {
        commits.incrementAndGet();
        return super.commit(commit);
    }

    @Override
    public Watch watch(Range range, long afterRevision) {
        return new CountingWatch(super.watch(range, afterRevision));
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
