package dev.roster.store;

import dev.roster.Bytes;

/** What has to be true of one place for a batch to be applied. */
public sealed interface QueueCondition {
    /** The partition. */
    int partition();

    /** The shelf. */
    Shelf shelf();

    /** The place that is looked at. */
    Place place();

    /** An entry stands there. */
    record Present(int partition, Shelf shelf, Place place) implements QueueCondition {
        public Present {
            Partitions.checked(partition);
        }
    }

    /** No entry stands there. */
    record Absent(int partition, Shelf shelf, Place place) implements QueueCondition {
        public Absent {
            Partitions.checked(partition);
        }
    }

    /** An entry with this value stands there. */
    record Same(int partition, Shelf shelf, Place place, Bytes value) implements QueueCondition {
        public Same {
            Partitions.checked(partition);
        }
    }
}
