package dev.roster.store;

import dev.roster.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of one shelf of one partition.
 *
 * @param partition the partition
 * @param shelf the shelf
 * @param from the first place that belongs to it, or null for the beginning
 * @param to the first place after it that does not, or null for no end
 * @param atMost read no more than this many entries; at least 1
 */
public record QueueRange(
        int partition, Shelf shelf, @Nullable Place from, @Nullable Place to, int atMost) {
    public QueueRange {
        Partitions.checked(partition);
        if (atMost < 1) {
            throw new InvalidInputException(
                    "A range of a queue is asked for %d entries; ask for 1 or more."
                            .formatted(atMost));
        }
    }

    /** Whether no place can lie in it. */
    public boolean isEmpty() {
        return from != null && to != null && from.compareTo(to) >= 0;
    }
}
