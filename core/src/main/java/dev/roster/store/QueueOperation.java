package dev.roster.store;

/** One change of a batch. */
public sealed interface QueueOperation {
    /** The partition. */
    int partition();

    /** The shelf. */
    Shelf shelf();

    /** The place that is changed. */
    Place place();

    /** Puts an entry; one that stands in its place is replaced. */
    record Put(QueueEntry entry) implements QueueOperation {
        @Override
        public int partition() {
            return entry.partition();
        }

        @Override
        public Shelf shelf() {
            return entry.shelf();
        }

        @Override
        public Place place() {
            return entry.place();
        }
    }

    /** Removes the entry that stands there, if one does. */
    record Remove(int partition, Shelf shelf, Place place) implements QueueOperation {
        public Remove {
            Partitions.checked(partition);
        }
    }

    /** Removes the entry that stands there; if none does, nothing of the batch is applied. */
    record Take(int partition, Shelf shelf, Place place) implements QueueOperation {
        public Take {
            Partitions.checked(partition);
        }
    }
}
