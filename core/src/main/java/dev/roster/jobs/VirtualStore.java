package dev.roster.jobs;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.StoreIdentity;
import dev.roster.store.Durability;
import dev.roster.store.MemoryStore;
import dev.roster.store.Queue;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.StoreLimits;
import dev.roster.store.Ties;
import dev.roster.store.Watch;
import java.util.concurrent.atomic.AtomicLong;

/** A store in memory whose clock stands still until it is set. */
final class VirtualStore implements Store {
    private final MemoryStore inner = new MemoryStore();

    /** In microseconds since 1970. */
    final AtomicLong clock;

    VirtualStore(long begin) {
        clock = new AtomicLong(begin);
    }

    @Override
    public Snapshot read(Range range) {
        return inner.read(range);
    }

    @Override
    public CommitResult commit(Commit commit) {
        return inner.commit(commit);
    }

    @Override
    public Watch watch(Range range, long afterRevision) {
        return inner.watch(range, afterRevision);
    }

    @Override
    public StoreIdentity identity() {
        return inner.identity();
    }

    @Override
    public StoreLimits limits() {
        return inner.limits();
    }

    @Override
    public Ties ties() {
        return inner.ties();
    }

    @Override
    public Durability durability() {
        return inner.durability();
    }

    @Override
    public Queue queue(String name) {
        return Queue.over(inner, name, () -> Times.instant(clock.get()));
    }

    @Override
    public void close() {
        inner.close();
    }
}
