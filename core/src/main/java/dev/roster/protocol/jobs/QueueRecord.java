package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;

/**
 * What all who use a queue have to agree on.
 *
 * @param partitions how many it has
 */
public record QueueRecord(int partitions) {
    private static final char TYPE = 'q';

    /** The record as it is stored. */
    public Bytes toBytes() {
        return new Packed.Writer(TYPE, 16).number(partitions).toBytes();
    }

    /** Reads a stored record. */
    public static QueueRecord parse(Bytes content) throws CorruptRecordException {
        return new QueueRecord(new Packed.Reader(TYPE, content).small());
    }
}
