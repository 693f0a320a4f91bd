package dev.roster.store;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.StoreIdentity;

/**
 * A store that passes every call on to another; override what is to differ. Its {@linkplain #queue
 * queues} are not the other one's: they are kept by reads and commits of this store, and so what it
 * does to these it does to them. As safe for use by many threads as the other one.
 */
public abstract class ForwardingStore implements Store {
    private final Store behind;

    /** Passes on to {@code behind}, and closes it when it is closed. */
    protected ForwardingStore(Store behind) {
        this.behind = behind;
    }

    /** The store that calls are passed on to. */
    protected final Store behind() {
        return behind;
    }

    @Override
    public Snapshot read(Range range) {
        return behind.read(range);
    }

    @Override
    public CommitResult commit(Commit commit) {
        return behind.commit(commit);
    }

    @Override
    public Watch watch(Range range, long afterRevision) {
        return behind.watch(range, afterRevision);
    }

    @Override
    public StoreIdentity identity() {
        return behind.identity();
    }

    @Override
    public StoreLimits limits() {
        return behind.limits();
    }

    @Override
    public Ties ties() {
        return behind.ties();
    }

    @Override
    public Durability durability() {
        return behind.durability();
    }

    @Override
    public void close() {
        behind.close();
    }
}
