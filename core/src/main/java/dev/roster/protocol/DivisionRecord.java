package dev.roster.protocol;

import dev.roster.Affinity;
import dev.roster.Bytes;
import dev.roster.KeyHash;

/**
 * What all members of a division have to agree on.
 *
 * @param partitions how many partitions a key space has, 0 for a key list
 * @param policy how affinities become shares
 * @param hash how routing keys become partitions of a key space
 */
public record DivisionRecord(int partitions, Affinity.Policy policy, KeyHash hash) {
    /** Stands for a record that cannot be read. */
    static final DivisionRecord UNREADABLE = new DivisionRecord(-1, Affinity.Policy.LEVEL);

    /**
     * A division whose keys are placed by the hash that is used unless another one is asked for.
     */
    public DivisionRecord(int partitions, Affinity.Policy policy) {
        this(partitions, policy, KeyHash.FNV64_MIX13);
    }

    private static final String TYPE = "division";

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE)
                .put("partitions", partitions)
                .put("policy", policy.name())
                .put("hash", hash.name())
                .toBytes();
    }

    /** Reads a stored record. */
    public static DivisionRecord parse(Bytes content) throws CorruptRecordException {
        Fields in = Fields.parse(TYPE, content);
        String policy = in.text("policy");
        for (Affinity.Policy known : Affinity.Policy.values()) {
            if (known.name().equals(policy)) {
                return new DivisionRecord((int) in.number("partitions"), known, hash(in));
            }
        }
        throw new CorruptRecordException("its policy is unknown");
    }

    private static KeyHash hash(Fields in) throws CorruptRecordException {
        String hash = in.text("hash", KeyHash.FNV64_MIX13.name());
        for (KeyHash known : KeyHash.values()) {
            if (known.name().equals(hash)) {
                return known;
            }
        }
        throw new CorruptRecordException("its hash is unknown");
    }
}
