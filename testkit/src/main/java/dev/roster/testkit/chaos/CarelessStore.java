package dev.roster.testkit.chaos;

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
import java.util.List;

/**
 * A mistake on purpose: commits without their conditions, so that the last one wins. Shows whether
 * a run notices.
 */
final class CarelessStore implements Store {
    private final Store inner;

    CarelessStore(Store inner) {
        this.inner = inner;
    }

    @Override
    public Snapshot read(Range range) {
        return inner.read(range);
    }

    @Override
    public CommitResult commit(Commit commit) {
        return inner.commit(new Commit(commit.store(), List.of(), commit.operations()));
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
    public Durability durability() {
        return inner.durability();
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
    public void close() {
        inner.close();
    }
}
