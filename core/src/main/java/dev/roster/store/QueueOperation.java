package dev.roster.store;

/** One change of a batch. */
public sealed interface QueueOperation {
    /** Puts an entry; one that stands in its place is replaced. */
    record Put(QueueEntry entry) implements QueueOperation {}

    /** Removes the entry that stands there, if one does. */
    record Remove(int partition, Shelf shelf, Place place) implements QueueOperation {}

    /** Removes the entry that stands there; if none does, nothing of the batch is applied. */
    record Take(int partition, Shelf shelf, Place place) implements QueueOperation {}
}
