package dev.roster.etcd;

import java.util.Arrays;
import java.util.Objects;

/**
 * One comparison of an etcd transaction ({@code Compare} in etcd's API), in terms that any client
 * of etcd can send. Immutable.
 */
public final class EtcdCompare {
    /** What is compared, as etcd calls it. */
    public enum Target {
        /** The revision that made the key; 0 for one that does not exist. */
        CREATE_REVISION,
        /** The revision that last wrote the key; 0 for one that does not exist. */
        MOD_REVISION,
        /** What the key holds; false for one that does not exist. */
        VALUE
    }

    /** How it is compared. */
    public enum Relation {
        /** The key's is the same. */
        EQUAL,
        /** The key's is greater. */
        GREATER
    }

    private final byte[] key;
    private final Target target;
    private final Relation relation;
    private final long revision;
    private final byte[] value;

    private EtcdCompare(byte[] key, Target target, Relation relation, long revision, byte[] value) {
        this.key = key;
        this.target = target;
        this.relation = relation;
        this.revision = revision;
        this.value = value;
    }

    static EtcdCompare value(byte[] key, byte[] value) {
        return new EtcdCompare(key, Target.VALUE, Relation.EQUAL, 0, value);
    }

    static EtcdCompare absent(byte[] key) {
        return created(key, 0);
    }

    static EtcdCompare created(byte[] key, long revision) {
        return new EtcdCompare(key, Target.CREATE_REVISION, Relation.EQUAL, revision, new byte[0]);
    }

    static EtcdCompare modified(byte[] key, long revision) {
        return new EtcdCompare(key, Target.MOD_REVISION, Relation.EQUAL, revision, new byte[0]);
    }

    static EtcdCompare modifiedAfter(byte[] key, long revision) {
        return new EtcdCompare(key, Target.MOD_REVISION, Relation.GREATER, revision, new byte[0]);
    }

    /** The key that is looked at. */
    public byte[] key() {
        return key.clone();
    }

    /** What of it is compared. */
    public Target target() {
        return target;
    }

    /** How. */
    public Relation relation() {
        return relation;
    }

    /** The revision it is compared with; 0 for {@link Target#VALUE}. */
    public long revision() {
        return revision;
    }

    /** The value it is compared with; empty unless for {@link Target#VALUE}. */
    public byte[] value() {
        return value.clone();
    }

    ProtoWriter toRequest() {
        Requests.Relation how =
                switch (relation) {
                    case EQUAL -> Requests.Relation.EQUAL;
                    case GREATER -> Requests.Relation.GREATER;
                };
        return switch (target) {
            case CREATE_REVISION -> Requests.compare(key, Requests.Target.CREATED, how, revision);
            case MOD_REVISION -> Requests.compare(key, Requests.Target.MODIFIED, how, revision);
            case VALUE -> Requests.compare(key, value);
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EtcdCompare that
                && Arrays.equals(key, that.key)
                && target == that.target
                && relation == that.relation
                && revision == that.revision
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                Arrays.hashCode(key), target, relation, revision, Arrays.hashCode(value));
    }

    @Override
    public String toString() {
        return "%s of %d bytes' key %s %s"
                .formatted(
                        target,
                        key.length,
                        relation,
                        target == Target.VALUE ? value.length + " bytes" : revision);
    }
}
