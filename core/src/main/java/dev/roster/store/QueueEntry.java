package dev.roster.store;

import dev.roster.Bytes;

/**
 * An entry of a {@link Queue}.
 *
 * @param partition 0 to {@link Queue#PARTITIONS} − 1
 * @param shelf what it is there for
 * @param place where it stands there
 * @param value what it says
 */
public record QueueEntry(int partition, Shelf shelf, Place place, Bytes value) {
    public QueueEntry {
        Partitions.checked(partition);
    }
}
