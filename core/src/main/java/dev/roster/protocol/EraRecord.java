package dev.roster.protocol;

import dev.roster.Bytes;

/**
 * Which life of the store the group's other records belong to. The ordinal is the upper part of
 * every token and every generation, so what is given out after the store went back in time is
 * larger than all that was given out before.
 *
 * @param ordinal raised each time the store is found to be another one
 * @param store the identity of the store for which it holds
 * @param settled whether a lease has passed since it was raised, so that nobody still acts on what
 *     the store no longer knows
 */
public record EraRecord(long ordinal, String store, boolean settled) {
    private static final String TYPE = "era";

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE)
                .put("ordinal", ordinal)
                .put("store", store)
                .put("settled", settled ? 1 : 0)
                .toBytes();
    }

    /** Reads a stored record. */
    public static EraRecord parse(Bytes content) throws CorruptRecordException {
        Fields in = Fields.parse(TYPE, content);
        return new EraRecord(in.number("ordinal"), in.text("store"), in.number("settled") != 0);
    }
}
