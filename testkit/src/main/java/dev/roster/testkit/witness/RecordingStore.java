package dev.roster.testkit.witness;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.StoreIdentity;
import dev.roster.store.ForwardingStore;
import dev.roster.store.Queue;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Passes everything on to a store, and writes down what this process comes to know of it: its own
 * commits that were applied, up to which revision it has heard of those of others, and what it
 * sends to queues. A commit was applied before the first process knew of it, which orders what
 * happened in the store among what processes did. Safe for use by many threads.
 */
public final class RecordingStore extends ForwardingStore {
    private final HistoryFile history;
    private volatile Supplier<String> incarnation = () -> "";
    private volatile String identity = "";
    private long known;

    /** Records what is done on {@code inner}; closing it closes that, and not the history. */
    public RecordingStore(Store inner, HistoryFile history) {
        super(inner);
        this.history = history;
    }

    /** Says who sends the commits from now on. */
    public void sentBy(Supplier<String> member) {
        incarnation = member;
    }

    private void knows(String store, long revision) {
        synchronized (this) {
            boolean isNew = !store.equals(identity) || revision > known;
            if (!isNew) {
                return;
            }
            identity = store;
            known = revision;
        }
        history.write(StoreLines.known(System.nanoTime(), store, revision));
    }

    @Override
    public Snapshot read(Range range) {
        Snapshot snapshot = super.read(range);
        knows(snapshot.identity().id(), snapshot.revision());
        return snapshot;
    }

    @Override
    public CommitResult commit(Commit commit) {
        long asked = System.nanoTime();
        String by = incarnation.get();
        CommitResult result = super.commit(commit);
        switch (result) {
            case CommitResult.Applied applied -> {
                StoreIdentity meant = commit.store();
                if (!commit.operations().isEmpty()) {
                    history.write(
                            StoreLines.commit(
                                    System.nanoTime(),
                                    asked,
                                    by,
                                    meant == null ? identity : meant.id(),
                                    applied.revision(),
                                    commit));
                }
            }
            case CommitResult.OtherStore other ->
                    history.write(StoreLines.other(System.nanoTime(), other.found().id()));
            case CommitResult.Refused ignored -> {}
            case CommitResult.Failed failed -> ended(StoreLines.FAILED, failed.why());
            case CommitResult.Unknown unknown -> ended(StoreLines.UNKNOWN, unknown.why());
        }
        return result;
    }

    @Override
    public Queue queue(String name) {
        return new RecordingQueue(behind().queue(name), history);
    }

    private void ended(String kind, String why) {
        history.write(StoreLines.ended(kind, System.nanoTime(), identity, why));
    }

    @Override
    public Watch watch(Range range, long afterRevision) {
        String watched = identity;
        Watch watch = super.watch(range, afterRevision);
        return new Watch() {
            @Override
            public Batch next(Duration atMost) throws InterruptedException {
                Batch batch = watch.next(atMost);
                if (batch instanceof Batch.Changes changes
                        && !changes.changes().isEmpty()
                        && watched.equals(identity)) {
                    knows(watched, changes.revision());
                }
                return batch;
            }

            @Override
            public void close() {
                watch.close();
            }
        };
    }
}
