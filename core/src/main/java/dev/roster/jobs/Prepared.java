package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.jobs.UniqueRecord;
import dev.roster.store.Place;
import dev.roster.store.QueueEntry;
import dev.roster.store.Shelf;
import org.jspecify.annotations.Nullable;

/** A job that is about to be submitted. */
final class Prepared {
    /** A key that has to be free, or an id. */
    record Unique(int partition, Place place, UniqueRecord record) {
        QueueEntry entry() {
            return new QueueEntry(partition, Shelf.UNIQUE, place, record.toBytes());
        }
    }

    final int partition;
    final Place place;
    final Bytes value;
    final @Nullable Unique unique;

    /** What became of it; written by who sends it, read when that has ended. */
    @Nullable JobId done;

    @Nullable RuntimeException failed;

    Prepared(int partition, Place place, Bytes value, @Nullable Unique unique) {
        this.partition = partition;
        this.place = place;
        this.value = value;
        this.unique = unique;
    }

    JobId id() {
        return new JobId(partition, place.id());
    }

    QueueEntry entry() {
        return new QueueEntry(partition, Shelf.WORK, place, value);
    }
}
