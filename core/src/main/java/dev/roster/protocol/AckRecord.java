package dev.roster.protocol;

import dev.roster.Bytes;

/**
 * A member's word that it does nothing any more for the slots before a view.
 *
 * @param generation the view's number
 */
public record AckRecord(long generation) {
    private static final String TYPE = "ack";

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE).put("generation", generation).toBytes();
    }

    /** Reads a stored record. */
    public static AckRecord parse(Bytes content) throws CorruptRecordException {
        return new AckRecord(Fields.parse(TYPE, content).number("generation"));
    }
}
