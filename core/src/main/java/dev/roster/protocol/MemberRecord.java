package dev.roster.protocol;

import dev.roster.Bytes;

/**
 * A joining, written once and never changed: as long as it is there, unwritten since, its member
 * belongs to the group. Its revision is the member's age, by which members rank.
 *
 * @param incarnation the joining's id, never used before: {@code name~random}
 * @param name what the member calls itself; not unique
 * @param era the era in which it joined
 * @param version the version of the program that it runs, "" if it does not say
 * @param replaces the name of the member whose work it takes over when that goes, "" for none
 * @param tie the tie of its process to the store, "" for none
 * @param metadata what the member publishes of itself
 * @param joinedMillis wall-clock time, for people
 */
public record MemberRecord(
        String incarnation,
        String name,
        long era,
        String version,
        String replaces,
        String tie,
        String metadata,
        long joinedMillis) {
    private static final String TYPE = "member";

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE)
                .put("incarnation", incarnation)
                .put("name", name)
                .put("era", era)
                .put("version", version)
                .put("replaces", replaces)
                .put("tie", tie)
                .put("metadata", metadata)
                .put("joined", joinedMillis)
                .toBytes();
    }

    /** Reads a stored record. */
    public static MemberRecord parse(Bytes content) throws CorruptRecordException {
        Fields in = Fields.parse(TYPE, content);
        return new MemberRecord(
                in.text("incarnation"),
                in.text("name"),
                in.number("era"),
                in.text("version"),
                in.text("replaces"),
                in.text("tie"),
                in.text("metadata"),
                in.number("joined"));
    }

    /** The name that an incarnation was given when it joined. */
    public static String nameOf(String incarnation) {
        int tilde = incarnation.lastIndexOf('~');
        return tilde < 0 ? incarnation : incarnation.substring(0, tilde);
    }
}
