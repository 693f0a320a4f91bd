package dev.roster.etcd;

import java.util.List;

/** The requests that are made to etcd, as it reads them. */
final class Requests {
    private Requests() {}

    /** What is compared, and how. The numbers are those of etcd. */
    enum Target {
        CREATED(1, 5),
        MODIFIED(2, 6),
        VALUE(3, 7);

        private final int number;
        private final int field;

        Target(int number, int field) {
            this.number = number;
            this.field = field;
        }
    }

    /** How something is compared. The numbers are those of etcd. */
    enum Relation {
        EQUAL(0),
        GREATER(1),
        LESS(2),
        NOT_EQUAL(3);

        private final int number;

        Relation(int number) {
            this.number = number;
        }
    }

    static ProtoWriter compare(byte[] key, Target target, Relation relation, long with) {
        return comparison(key, target, relation).number(target.field, with);
    }

    static ProtoWriter compare(byte[] key, byte[] value) {
        return comparison(key, Target.VALUE, Relation.EQUAL).bytes(Target.VALUE.field, value);
    }

    private static ProtoWriter comparison(byte[] key, Target target, Relation relation) {
        return new ProtoWriter().number(1, relation.number).number(2, target.number).bytes(3, key);
    }

    static ProtoWriter get(byte[] key) {
        return new ProtoWriter().bytes(1, key);
    }

    /**
     * A read.
     *
     * @param limit most entries, 0 for all
     * @param revision the revision that is looked at, 0 for the latest
     */
    static ProtoWriter range(KeyRange range, int limit, long revision) {
        return get(range.from()).bytes(2, range.to()).number(3, limit).number(4, revision);
    }

    /** How many keys there are at a revision, 0 for the latest. */
    static ProtoWriter count(KeyRange range, long revision) {
        return range(range, 0, revision).number(9, 1);
    }

    /** One key of those written at a revision or later. Looks at the whole range. */
    static ProtoWriter writtenSince(KeyRange range, long revision) {
        return range(range, 1, 0).number(8, 1).number(10, revision);
    }

    static ProtoWriter put(byte[] key, byte[] value) {
        return new ProtoWriter().bytes(1, key).bytes(2, value);
    }

    static ProtoWriter delete(byte[] key) {
        return new ProtoWriter().bytes(1, key);
    }

    static ProtoWriter reading(ProtoWriter range) {
        return new ProtoWriter().message(1, range);
    }

    static ProtoWriter putting(ProtoWriter put) {
        return new ProtoWriter().message(2, put);
    }

    static ProtoWriter deleting(ProtoWriter delete) {
        return new ProtoWriter().message(3, delete);
    }

    static ProtoWriter nested(ProtoWriter txn) {
        return new ProtoWriter().message(4, txn);
    }

    static ProtoWriter txn(
            List<ProtoWriter> comparisons, List<ProtoWriter> then, List<ProtoWriter> otherwise) {
        ProtoWriter txn = new ProtoWriter();
        comparisons.forEach(one -> txn.message(1, one));
        then.forEach(one -> txn.message(2, one));
        otherwise.forEach(one -> txn.message(3, one));
        return txn;
    }

    static ProtoWriter watch(KeyRange range, long from) {
        return new ProtoWriter()
                .message(
                        1,
                        new ProtoWriter()
                                .bytes(1, range.from())
                                .bytes(2, range.to())
                                .number(3, from)
                                .number(4, 1)
                                .number(8, 1));
    }

    static ProtoWriter progress() {
        return new ProtoWriter().message(3, new ProtoWriter());
    }

    static ProtoWriter authenticate(byte[] user, byte[] password) {
        return new ProtoWriter().bytes(1, user).bytes(2, password);
    }

    /** Forgets what was before a revision. */
    static ProtoWriter compact(long revision) {
        return new ProtoWriter().number(1, revision);
    }
}
