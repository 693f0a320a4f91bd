package dev.roster.protocol;

import dev.roster.Bytes;

/**
 * What all members of a group have to agree on.
 *
 * @param leaseMillis the lease
 */
public record GroupRecord(long leaseMillis) {
    /** Stands for a record that cannot be read. */
    static final GroupRecord UNREADABLE = new GroupRecord(0);

    private static final String TYPE = "group";

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE).put("lease", leaseMillis).toBytes();
    }

    /** Reads a stored record. */
    public static GroupRecord parse(Bytes content) throws CorruptRecordException {
        return new GroupRecord(Fields.parse(TYPE, content).number("lease"));
    }
}
