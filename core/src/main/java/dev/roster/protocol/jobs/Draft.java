package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import org.jspecify.annotations.Nullable;

/** A job that is about to be submitted. */
public interface Draft {
    /** The partition it is put into. */
    int partition();

    /** Where it is put there. */
    Spot spot();

    /** The job as it is stored. */
    Bytes value();

    /** Its unique key or id, that has to be free; null for none. */
    @Nullable Mark mark();

    /**
     * That a unique key or an id is taken.
     *
     * @param partition where that stands
     * @param spot where that stands in the partition
     * @param record whose it is then
     */
    record Mark(int partition, Spot spot, UniqueRecord record) {
        /** It is nobody's. */
        public Proviso free() {
            return new Proviso(partition, Ledger.UNIQUE, spot, null);
        }

        /** It is the job's. */
        public Step put() {
            return new Step.Put(partition, Ledger.UNIQUE, spot, record.toBytes());
        }
    }
}
