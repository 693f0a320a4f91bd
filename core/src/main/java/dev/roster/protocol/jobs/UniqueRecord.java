package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;

/**
 * Whose an id or a unique key is.
 *
 * @param partition the job's partition
 * @param id the job's id
 * @param until when it is free again, in microseconds since 1970
 */
public record UniqueRecord(int partition, String id, long until) {
    private static final char TYPE = 'u';

    /** The record as it is stored. */
    public Bytes toBytes() {
        return new Packed.Writer(TYPE, 48).number(partition).text(id).number(until).toBytes();
    }

    /** Reads a stored record. */
    public static UniqueRecord parse(Bytes content) throws CorruptRecordException {
        Packed.Reader in = new Packed.Reader(TYPE, content);
        return new UniqueRecord(in.small(), in.text(), in.number());
    }
}
