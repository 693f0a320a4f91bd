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
 */
public record Commit(
        @Nullable StoreIdentity store, List<Condition> conditions, List<Operation> operations) {
    public Commit {
        conditions = List.copyOf(conditions);
        operations = List.copyOf(operations);
    }
}
