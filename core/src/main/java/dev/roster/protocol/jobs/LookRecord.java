package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;

/**
 * Somebody took something out of a partition: whoever owns it looks.
 *
 * @param partition the partition
 * @param number differs from the last time
 */
public record LookRecord(int partition, long number) {
    private static final char TYPE = 'l';

    /** The record as it is stored. */
    public Bytes toBytes() {
        return new Packed.Writer(TYPE, 16).number(partition).number(number).toBytes();
    }

    /** Reads a stored record. */
    public static LookRecord parse(Bytes content) throws CorruptRecordException {
        Packed.Reader in = new Packed.Reader(TYPE, content);
        return new LookRecord(in.small(), in.number());
    }
}
