package dev.roster.etcd;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.InvalidInputException;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import dev.roster.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes transactions of commits, and says how they ended. Safe for use by many threads. */
final class EtcdCommits {
    /** What etcd takes with its stock settings: 1.5 MiB, with room for its own envelope. */
    static final int MOST_BYTES = (1536 << 10) - (8 << 10);

    /**
     * Deletions that are looked at one within the other; each level counts against etcd's limit.
     */
    private static final int DEEPEST = 40;

    private static final byte[] NOTHING = {};

    private final EtcdConnection connection;
    private final EtcdKeys keys;
    private final Lives lives;

    EtcdCommits(EtcdConnection connection, EtcdKeys keys, Lives lives) {
        this.connection = connection;
        this.keys = keys;
        this.lives = lives;
    }

    CommitResult commit(Commit commit) {
        StoreIdentity meant = commit.store();
        if (meant != null) {
            try {
                Life life = lives.current();
                if (life == null || !life.identity().equals(meant)) {
                    life = lives.read();
                }
                if (!life.identity().equals(meant)) {
                    return new CommitResult.OtherStore(life.identity());
                }
            } catch (StoreUnavailableException e) {
                return new CommitResult.Failed(String.valueOf(e.getMessage()));
            }
        }
        return send(commit);
    }

    private CommitResult send(Commit commit) {
        Lives.Known before = lives.known();
        boolean touches = touchesLast(commit);
        byte[] request = request(commit, before.life(), touches);
        TxnAnswer answer;
        try {
            answer = TxnAnswer.read(connection.call(Call.TXN, EtcdConnection.Kind.WRITES, request));
        } catch (CallFailedException e) {
            if (e.isInterrupted()) {
                Thread.currentThread().interrupt();
            }
            String why = String.valueOf(e.getMessage());
            return e.mayHaveHappened()
                    ? new CommitResult.Unknown(why)
                    : new CommitResult.Failed(why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CommitResult.Failed("interrupted before the commit was sent");
        } catch (ProtoReader.BadMessageException e) {
            return new CommitResult.Unknown("etcd's answer cannot be read: " + e.getMessage());
        }
        if (!answer.succeeded()) {
            return refused(commit, before, answer);
        }
        if (touches && before.life() != null) {
            before.life().saw(answer.header().revision());
        }
        return new CommitResult.Applied(answer.header().revision());
    }

    private byte[] request(Commit commit, @Nullable Life life, boolean touches) {
        List<ProtoWriter> comparisons = new ArrayList<>();
        List<ProtoWriter> otherwise = new ArrayList<>(lives.reads());
        if (commit.store() != null && life != null) {
            life.comparisons(keys).forEach(one -> comparisons.add(one.toRequest()));
        }
        for (Condition condition : commit.conditions()) {
            comparisons.add(comparison(keys, condition).toRequest());
            otherwise.add(Requests.reading(Requests.get(keys.toEtcd(condition.key()))));
        }
        ProtoWriter txn = Requests.txn(comparisons, operations(commit, touches), otherwise);
        if (txn.size() > MOST_BYTES) {
            throw new InvalidInputException(
                    "A commit has %d bytes with its keys, values and conditions, and etcd takes %d: split it."
                            .formatted(txn.size(), MOST_BYTES));
        }
        return txn.toArray();
    }

    /** What a condition is to etcd. */
    static EtcdCompare comparison(EtcdKeys keys, Condition condition) {
        byte[] key = keys.toEtcd(condition.key());
        return switch (condition) {
            case Condition.Absent absent -> EtcdCompare.absent(key);
            case Condition.Unchanged unchanged -> EtcdCompare.modified(key, unchanged.modified());
        };
    }

    private List<ProtoWriter> operations(Commit commit, boolean touches) {
        List<ProtoWriter> operations = new ArrayList<>();
        List<byte[]> deleted = new ArrayList<>();
        for (Operation operation : commit.operations()) {
            byte[] key = keys.toEtcd(operation.key());
            switch (operation) {
                case Operation.Put put ->
                        operations.add(Requests.putting(Requests.put(key, put.value().toArray())));
                case Operation.Delete delete -> {
                    operations.add(Requests.deleting(Requests.delete(key)));
                    deleted.add(key);
                }
            }
        }
        if (touches) {
            operations.add(touch());
        } else if (!deleted.isEmpty()) {
            operations.add(touchIfAnyExists(deleted, 0));
        } else {
            // A transaction that does nothing at all is not answered by the latest state.
            operations.addAll(lives.reads());
        }
        return operations;
    }

    private ProtoWriter touch() {
        return Requests.putting(Requests.put(keys.last(), NOTHING));
    }

    /** A deletion of what does not exist is no change, and makes no revision. */
    private ProtoWriter touchIfAnyExists(List<byte[]> deleted, int at) {
        List<ProtoWriter> otherwise =
                at + 1 < deleted.size() ? List.of(touchIfAnyExists(deleted, at + 1)) : List.of();
        return Requests.nested(
                Requests.txn(
                        List.of(
                                Requests.compare(
                                        deleted.get(at),
                                        Requests.Target.CREATED,
                                        Requests.Relation.GREATER,
                                        0)),
                        List.of(touch()),
                        otherwise));
    }

    /** Whether it is known beforehand that the commit, if it is applied, changes something. */
    private static boolean touchesLast(Commit commit) {
        int deletions = 0;
        for (Operation operation : commit.operations()) {
            if (operation instanceof Operation.Put || isThere(commit, operation.key())) {
                return true;
            }
            deletions++;
        }
        return deletions > DEEPEST;
    }

    private static boolean isThere(Commit commit, String key) {
        return commit.conditions().stream()
                .anyMatch(one -> one instanceof Condition.Unchanged && one.key().equals(key));
    }

    private CommitResult refused(Commit commit, Lives.Known before, TxnAnswer answer) {
        StoreIdentity meant = commit.store();
        if (meant != null) {
            Life life = lives.judge(before, answer.header(), answer.ranges());
            try {
                StoreIdentity found = (life == null ? lives.read() : life).identity();
                if (life == null || !found.equals(meant)) {
                    return new CommitResult.OtherStore(found);
                }
            } catch (StoreUnavailableException e) {
                return new CommitResult.Failed(String.valueOf(e.getMessage()));
            }
        }
        List<String> failed = new ArrayList<>();
        List<Entry> found = new ArrayList<>();
        int at = lives.reads().size();
        for (Condition condition : commit.conditions()) {
            KeyValue there = answer.ranges().get(at++).first();
            boolean holds =
                    switch (condition) {
                        case Condition.Absent absent -> there == null;
                        case Condition.Unchanged unchanged ->
                                there != null && there.modified() == unchanged.modified();
                    };
            if (!holds) {
                failed.add(condition.key());
                if (there != null) {
                    found.add(entry(keys, there));
                }
            }
        }
        return new CommitResult.Refused(failed, found);
    }

    static Entry entry(EtcdKeys keys, KeyValue found) {
        return new Entry(
                keys.fromEtcd(found.key()),
                Bytes.of(found.value()),
                found.created(),
                found.modified());
    }
}
