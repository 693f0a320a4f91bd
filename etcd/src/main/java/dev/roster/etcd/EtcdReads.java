package dev.roster.etcd;

import dev.roster.Entry;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads ranges, in pages of one revision. Safe for use by many threads. */
final class EtcdReads {
    /** So many entries of the largest size are still one message. */
    private static final int PAGE = 1000;

    private static final int TRIES = 5;

    private final EtcdConnection connection;
    private final EtcdKeys keys;
    private final Lives lives;

    EtcdReads(EtcdConnection connection, EtcdKeys keys, Lives lives) {
        this.connection = connection;
        this.keys = keys;
        this.lives = lives;
    }

    Snapshot read(Range range) {
        try {
            for (int tries = 0; tries < TRIES; tries++) {
                Snapshot snapshot = tryToRead(range);
                if (snapshot != null) {
                    return snapshot;
                }
            }
        } catch (CallFailedException e) {
            throw Failures.unavailable(e, connection);
        } catch (InterruptedException e) {
            throw Failures.interrupted(e);
        } catch (ProtoReader.BadMessageException e) {
            throw new StoreUnavailableException("etcd's answer cannot be read", e);
        }
        throw new StoreUnavailableException(
                "etcd compacts its history faster than a range can be read from it.");
    }

    /** Null if it has to begin again: history was compacted, or another life was begun. */
    private @Nullable Snapshot tryToRead(Range range)
            throws CallFailedException, InterruptedException {
        KeyRange part = keys.toEtcd(range);
        int most = range.atMost();
        List<ProtoWriter> reads = new ArrayList<>(lives.reads());
        if (most > 0) {
            reads.add(Requests.reading(Requests.range(part, Math.min(PAGE, most), 0)));
        }
        Lives.Known before = lives.known();
        TxnAnswer answer =
                TxnAnswer.read(
                        connection.call(
                                Call.TXN,
                                EtcdConnection.Kind.READS,
                                Requests.txn(List.of(), reads, List.of()).toArray()));
        Life life = lives.judge(before, answer.header(), answer.ranges());
        if (life == null) {
            lives.read();
            return null;
        }
        long revision = answer.header().revision();
        List<Entry> entries = new ArrayList<>();
        boolean more = most > 0;
        RangeAnswer page = answer.ranges().getLast();
        while (more) {
            page.found().forEach(found -> entries.add(EtcdCommits.entry(keys, found)));
            int wanted = most - entries.size();
            more = page.more() && wanted > 0;
            if (more) {
                part = new KeyRange(following(page.found().getLast().key()), part.to());
                page = page(part, Math.min(PAGE, wanted), revision);
                if (page == null) {
                    return null;
                }
            }
        }
        return new Snapshot(entries, revision, life.identity());
    }

    private @Nullable RangeAnswer page(KeyRange part, int limit, long revision)
            throws CallFailedException, InterruptedException {
        try {
            return RangeAnswer.read(
                    new ProtoReader(
                            connection.call(
                                    Call.RANGE,
                                    EtcdConnection.Kind.READS,
                                    Requests.range(part, limit, revision).toArray())));
        } catch (CallFailedException e) {
            if (e.isCompacted()) {
                return null;
            }
            throw e;
        }
    }

    /** The key that comes next after all. */
    private static byte[] following(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }
}
