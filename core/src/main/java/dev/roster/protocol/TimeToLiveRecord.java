package dev.roster.protocol;

import dev.roster.Bytes;

/**
 * Says of a value, which was written in the same commit, that it is to be removed when it has not
 * been written again for that long.
 *
 * @param millis how long
 */
public record TimeToLiveRecord(long millis) {
    private static final String TYPE = "ttl";

    /** Where such records are: the value's key follows. */
    public static final String PREFIX = "e/";

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE).put("millis", millis).toBytes();
    }

    /** Reads a stored record. */
    public static TimeToLiveRecord parse(Bytes content) throws CorruptRecordException {
        return new TimeToLiveRecord(Fields.parse(TYPE, content).number("millis"));
    }
}
