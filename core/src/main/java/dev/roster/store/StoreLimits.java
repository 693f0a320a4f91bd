package dev.roster.store;

import dev.roster.Commit;
import dev.roster.Condition;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.Operation;
import java.util.HashSet;
import java.util.Set;

/**
 * What one commit of a store can carry.
 *
 * @param operations most operations of one commit, and most conditions
 * @param valueBytes largest value
 */
public record StoreLimits(int operations, int valueBytes) {
    /**
     * Checks a commit before anything is sent.
     *
     * @throws InvalidInputException it breaks a limit
     */
    public static void check(Commit commit, StoreLimits limits) {
        checkCount("operations", commit.operations().size(), limits.operations());
        checkCount("conditions", commit.conditions().size(), limits.operations());
        for (Condition condition : commit.conditions()) {
            Limits.checkedStoreKey(condition.key());
        }
        Set<String> written = new HashSet<>();
        for (Operation operation : commit.operations()) {
            String key = Limits.checkedStoreKey(operation.key());
            if (!written.add(key)) {
                throw new InvalidInputException(
                        "A commit writes the key %s twice; it may do so once."
                                .formatted(Limits.quoted(key)));
            }
            if (operation instanceof Operation.Put put) {
                Limits.checkedSize(
                        "value of " + Limits.quoted(key), put.value(), limits.valueBytes());
            }
        }
    }

    private static void checkCount(String what, int count, int atMost) {
        if (count > atMost) {
            throw new InvalidInputException(
                    "A commit has %d %s, and this store's limit is %d: split it."
                            .formatted(count, what, atMost));
        }
    }
}
