package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;

/**
 * How far a schedule has come. It stands in the queue, and whoever submits a schedule's jobs puts
 * the next one in its place in the same batch.
 *
 * @param through fire times up to this one are dealt with, in microseconds since 1970
 * @param last the last one whose job was submitted; 0 for none
 * @param partition that job's partition
 */
public record FiredRecord(long through, long last, int partition) {
    /** What the ids of the spots begin with where these stand, before the schedule's name. */
    public static final String SPOT = "s-";

    private static final char TYPE = 'f';

    /** The record as it is stored. */
    public Bytes toBytes() {
        return new Packed.Writer(TYPE, 32).number(through).number(last).number(partition).toBytes();
    }

    /** Reads a stored record. */
    public static FiredRecord parse(Bytes content) throws CorruptRecordException {
        Packed.Reader in = new Packed.Reader(TYPE, content);
        return new FiredRecord(in.number(), in.number(), in.small());
    }
}
