package dev.roster.store;

import dev.roster.InvalidInputException;

/** The numbers of a queue's partitions. */
final class Partitions {
    private Partitions() {}

    static int checked(int partition) {
        if (partition < 0 || partition >= Queue.PARTITIONS) {
            throw new InvalidInputException(
                    "The partition is %d, and the limit is 0 to %d."
                            .formatted(partition, Queue.PARTITIONS - 1));
        }
        return partition;
    }
}
