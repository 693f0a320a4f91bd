package dev.roster.protocol;

import dev.roster.Bytes;

/**
 * Who owns a key. Written when the key is claimed or handed on and not touched until it is given
 * up, so the revision of that commit is the lower part of the owner's token.
 *
 * @param incarnation the owner
 * @param era the era of the claim, the upper part of the token
 */
public record OwnerRecord(String incarnation, long era) {
    private static final String TYPE = "owner";

    /** Bits of a token that hold the revision; the era's ordinal is above. */
    static final int REVISION_BITS = 40;

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE).put("incarnation", incarnation).put("era", era).toBytes();
    }

    /** Reads a stored record. */
    public static OwnerRecord parse(Bytes content) throws CorruptRecordException {
        Fields in = Fields.parse(TYPE, content);
        return new OwnerRecord(in.text("incarnation"), in.number("era"));
    }

    /** The token of an ownership that was claimed at {@code revision}. */
    public static long token(long era, long revision) {
        return (era << REVISION_BITS) | revision;
    }

    /** The revision at which the ownership with {@code token} was claimed. */
    public static long revisionOf(long token) {
        return token & ((1L << REVISION_BITS) - 1);
    }
}
