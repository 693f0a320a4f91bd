package dev.roster.testkit;

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

/** A store that passes every call on to another; override what is to differ. */
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
