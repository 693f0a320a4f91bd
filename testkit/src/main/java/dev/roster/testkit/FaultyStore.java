package dev.roster.testkit;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.store.ForwardingStore;
import dev.roster.store.Store;
import dev.roster.store.StoreLimits;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A store some of whose commits fail, before they reach the store behind it or after. Reads and
 * watches pass through.
 */
public final class FaultyStore extends ForwardingStore {
    /** What happens to a commit. */
    public enum Fault {
        /** Nothing: it passes through. */
        NONE,
        /** It never reaches the store: {@link CommitResult.Failed}. */
        BEFORE,
        /** It reaches the store, and the answer is lost: {@link CommitResult.Unknown}. */
        AFTER,
        /** It does not reach the store, and nobody can tell: {@link CommitResult.Unknown}. */
        LOST
    }

    private final IntFunction<Fault> plan;
    private final AtomicInteger commits = new AtomicInteger();

    /**
     * A store with faults.
     *
     * @param behind does the work; is closed with this one
     * @param plan what happens to the commit of that number, counted from 0; called by the threads
     *     that commit
     */
    public FaultyStore(Store behind, IntFunction<Fault> plan) {
        super(behind);
        this.plan = plan;
    }

    /** How many commits were asked for. */
    public int commits() {
        return commits.get();
    }

    @Override
    public CommitResult commit(Commit commit) {
        StoreLimits.check(commit, limits());
        return switch (plan.apply(commits.getAndIncrement())) {
            case NONE -> super.commit(commit);
            case BEFORE -> new CommitResult.Failed("a fault before the commit");
            case LOST -> new CommitResult.Unknown("a fault in the place of the commit");
            case AFTER -> {
                CommitResult hidden = super.commit(commit);
                yield new CommitResult.Unknown(
                        "a fault after the commit, which "
                                + (hidden instanceof CommitResult.Applied ? "was" : "was not")
                                + " applied");
            }
        };
    }
}
