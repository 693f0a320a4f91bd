package dev.roster.protocol;

import dev.roster.Affinity;
import dev.roster.Bytes;

/**
 * What all members of a division have to agree on.
 *
 * @param partitions how many partitions a key space has, 0 for a key list
 * @param policy how affinities become shares
 */
public record DivisionRecord(int partitions, Affinity.Policy policy) {
    /** Stands for a record that cannot be read. */
    static final DivisionRecord UNREADABLE = new DivisionRecord(-1, Affinity.Policy.LEVEL);

    private static final String TYPE = "division";

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE).put("partitions", partitions).put("policy", policy.name()).toBytes();
    }

    /** Reads a stored record. */
    public static DivisionRecord parse(Bytes content) throws CorruptRecordException {
        Fields in = Fields.parse(TYPE, content);
        String policy = in.text("policy");
        for (Affinity.Policy known : Affinity.Policy.values()) {
            if (known.name().equals(policy)) {
                return new DivisionRecord((int) in.number("partitions"), known);
            }
        }
        throw new CorruptRecordException("its policy is unknown");
    }
}
