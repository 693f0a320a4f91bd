package dev.roster.protocol;

import dev.roster.Bytes;

/**
 * What a member raises to show that it lives. Only that it changes matters.
 *
 * @param number how often it was raised
 * @param wallMillis wall-clock time, for people
 */
public record BeatRecord(long number, long wallMillis) {
    private static final String TYPE = "beat";

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE).put("number", number).put("wall", wallMillis).toBytes();
    }

    /** Reads a stored record. */
    public static BeatRecord parse(Bytes content) throws CorruptRecordException {
        Fields in = Fields.parse(TYPE, content);
        return new BeatRecord(in.number("number"), in.number("wall"));
    }
}
