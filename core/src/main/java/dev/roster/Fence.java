package dev.roster;

import java.util.ArrayList;
import java.util.List;

/**
 * What has to be true in the store for an ownership or a slot to be current. A commit that carries
 * it takes effect only while it is: whatever pauses, clocks or networks do, a former owner's commit
 * is refused. Immutable.
 *
 * @param store the life of the store that it is about
 * @param conditions what has to hold there
 */
public record Fence(StoreIdentity store, List<Condition> conditions) {
    public Fence {
        conditions = List.copyOf(conditions);
    }

    /** The operations, on the condition that this fence holds when they are applied. */
    public Commit guard(Operation... operations) {
        return guard(new Commit(store, List.of(), List.of(operations)));
    }

    /** The same commit, on the condition, too, that this fence holds when it is applied. */
    public Commit guard(Commit commit) {
        List<Condition> all = new ArrayList<>(commit.conditions());
        for (Condition condition : conditions) {
            if (!all.contains(condition)) {
                all.add(condition);
            }
        }
        return new Commit(store, all, commit.operations(), commit.isQuiet());
    }
}
