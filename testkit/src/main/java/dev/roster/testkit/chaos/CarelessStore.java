package dev.roster.testkit.chaos;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.store.ForwardingStore;
import dev.roster.store.Queue;
import dev.roster.store.Store;
import java.util.List;

/**
 * A mistake on purpose: commits without their conditions, so that the last one wins. Shows whether
 * a run notices.
 */
final class CarelessStore extends ForwardingStore {
    CarelessStore(Store inner) {
        super(inner);
    }

    @Override
    public Queue queue(String name) {
        return behind().queue(name);
    }

    @Override
    public CommitResult commit(Commit commit) {
        return super.commit(new Commit(commit.store(), List.of(), commit.operations()));
    }
}
