package dev.roster.store;

import dev.roster.Bytes;
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

    /**
     * Checks a batch of a queue before anything is sent.
     *
     * @throws InvalidInputException it breaks a limit
     */
    public static void check(QueueBatch batch, StoreLimits limits) {
        if (batch.size() > limits.operations()) {
            throw new InvalidInputException(
                    "A batch has %d fences, conditions and operations, and this queue's limit is %d: split it."
                            .formatted(batch.size(), limits.operations()));
        }
        boolean looks = !batch.conditions().isEmpty();
        Set<Spot> written = HashSet.newHashSet(batch.operations().size());
        Set<Spot> taken = new HashSet<>();
        for (QueueOperation operation : batch.operations()) {
            Spot spot = new Spot(operation.partition(), operation.shelf(), operation.place());
            if (!written.add(spot)) {
                throw new InvalidInputException(
                        "A batch writes the place %s twice; it may do so once.".formatted(spot));
            }
            if (operation instanceof QueueOperation.Put put) {
                checkSize(spot, put.entry().value(), limits);
            } else if (looks && operation instanceof QueueOperation.Take) {
                taken.add(spot);
            }
        }
        for (QueueCondition condition : batch.conditions()) {
            Spot spot = new Spot(condition.partition(), condition.shelf(), condition.place());
            if (taken.contains(spot)) {
                throw new InvalidInputException(
                        "A batch has a condition on the place %s and takes it; it may do one of these."
                                .formatted(spot));
            }
        }
    }

    /** Says where it is only if it is too large. */
    private static void checkSize(Spot spot, Bytes value, StoreLimits limits) {
        if (value.size() > limits.valueBytes()) {
            Limits.checkedSize("value at " + spot, value, limits.valueBytes());
        }
    }

    private record Spot(int partition, Shelf shelf, Place place) {
        @Override
        public String toString() {
            return "%d/%s/%d/%d/%s"
                    .formatted(partition, shelf, place.rank(), place.due(), place.id());
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
