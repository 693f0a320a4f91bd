package dev.roster.protocol;

import dev.roster.Affinity;
import dev.roster.Bytes;

/**
 * One member's part in one division.
 *
 * @param affinity how reluctant it is to take more
 * @param weight its share of a key space, relative to the others'
 * @param atMost most keys that it holds at once, 0 for no limit
 * @param draining it gives up everything it has
 */
public record ParticipantRecord(long affinity, long weight, int atMost, boolean draining) {
    private static final String TYPE = "participant";

    /** A member that takes its share. */
    public static final ParticipantRecord DEFAULT =
            new ParticipantRecord(Affinity.DEFAULT, 1, 0, false);

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE)
                .put("affinity", affinity)
                .put("weight", weight)
                .put("atMost", atMost)
                .put("draining", draining ? 1 : 0)
                .toBytes();
    }

    /** Reads a stored record. */
    public static ParticipantRecord parse(Bytes content) throws CorruptRecordException {
        Fields in = Fields.parse(TYPE, content);
        return new ParticipantRecord(
                in.number("affinity"),
                in.number("weight"),
                (int) in.number("atMost"),
                in.number("draining") != 0);
    }
}
