package dev.roster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations that happen together, and only if all the conditions hold.
 *
 * @param store the identity of the store that the caller has read, or null for any: a store that is
 *     another one by now (restored, replaced) refuses
 * @param conditions what has to be true
 * @param operations what to do; may be empty, which makes the commit a check of its conditions
 * @param isQuiet whether nobody need be told at once: watches tell of it in its turn, with the next
 *     change that is not quiet or within two seconds
 */
public record Commit(
        @Nullable StoreIdentity store,
        List<Condition> conditions,
        List<Operation> operations,
        boolean isQuiet) {
    public Commit {
        conditions = List.copyOf(conditions);
        operations = List.copyOf(operations);
    }

    /** A commit of which watches tell at once. */
    public Commit(
            @Nullable StoreIdentity store, List<Condition> conditions, List<Operation> operations) {
        this(store, conditions, operations, false);
    }

    /** The same commit, of which watches may tell late. */
    public Commit quietly() {
        return new Commit(store, conditions, operations, true);
    }
}
