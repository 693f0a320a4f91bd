package dev.roster.etcd;

import dev.roster.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which life a store is in, as this process knows, and the beginning of another when what etcd
 * shows cannot be what came before. Safe for use by many threads.
 */
final class Lives {
    private static final System.Logger LOGGER = System.getLogger("dev.roster.etcd");
    private static final int TRIES = 8;
    private static final byte[] NOTHING = {};

    private final EtcdConnection connection;
    private final EtcdKeys keys;
    private final Set<String> former = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Life current;

    Lives(EtcdConnection connection, EtcdKeys keys) {
        this.connection = connection;
        this.keys = keys;
    }

    /**
     * What was known when a request was sent. Only what came before can be missed in its answer.
     */
    record Known(@Nullable Life life, long last) {}

    Known known() {
        Life life = current;
        return new Known(life, life == null ? 0 : life.last());
    }

    /** Which life it was last seen in; null before anything was read. */
    @Nullable Life current() {
        return current;
    }

    /** The two records, to be read together with what is looked for. */
    List<ProtoWriter> reads() {
        return List.of(
                Requests.reading(Requests.get(keys.life())),
                Requests.reading(Requests.get(keys.last())));
    }

    /**
     * The life that an answer was given in, if it can be believed: null if another one has to
     * begin.
     *
     * @param before what was known when the request was sent
     * @param ranges what was read, first of all {@link #reads}
     */
    @Nullable Life judge(Known before, Header header, List<RangeAnswer> ranges) {
        KeyValue record = ranges.get(0).first();
        KeyValue lastRecord = ranges.get(1).first();
        Life found = record == null ? null : Life.of(record);
        if (found == null
                || lastRecord == null
                || found.cluster() != header.cluster()
                || former.contains(found.identity().id())) {
            return null;
        }
        Life known = before.life();
        if (known != null
                && known.identity().equals(found.identity())
                && lastRecord.modified() < before.last()) {
            return null;
        }
        return adopt(found, lastRecord.modified());
    }

    private synchronized Life adopt(Life found, long last) {
        Life known = current;
        if (known != null && known.identity().equals(found.identity())) {
            known.saw(last);
            return known;
        }
        if (known != null && former.contains(found.identity().id())) {
            // An answer that was long on its way: another life was found meanwhile.
            return known;
        }
        if (known != null) {
            former.add(known.identity().id());
        }
        found.saw(last);
        current = found;
        return found;
    }

    /**
     * Reads which life it is, and begins another one if that is needed.
     *
     * @throws StoreUnavailableException etcd does not answer
     */
    Life read() {
        for (int tries = 0; tries < TRIES; tries++) {
            Known before = known();
            TxnAnswer answer = ask(Requests.txn(List.of(), reads(), List.of()), true);
            Life life = judge(before, answer.header(), answer.ranges());
            if (life != null) {
                return life;
            }
            begin(before, answer);
        }
        throw new StoreUnavailableException(
                "The record %slife of etcd at %s is changed again and again by somebody."
                        .formatted(keys.prefix(), connection.servers()));
    }

    /** Begins another life, unless somebody changed the records since they were read. */
    private void begin(Known before, TxnAnswer seen) {
        KeyValue record = seen.ranges().get(0).first();
        KeyValue lastRecord = seen.ranges().get(1).first();
        if (before.life() != null) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "etcd went back in time, or was emptied: {0} had come to revision {1}, and is at {2} now. Another life of the store begins.",
                    before.life(),
                    Long.toString(before.last()),
                    Long.toString(lastRecord == null ? 0 : lastRecord.modified()));
        }
        byte[] next = Life.recordOf(UUID.randomUUID().toString(), seen.header().cluster());
        List<ProtoWriter> comparisons = new ArrayList<>();
        comparisons.add(unchanged(keys.life(), record));
        comparisons.add(unchanged(keys.last(), lastRecord));
        ask(
                Requests.txn(
                        comparisons,
                        List.of(
                                Requests.putting(Requests.put(keys.life(), next)),
                                Requests.putting(Requests.put(keys.last(), NOTHING))),
                        List.of()),
                false);
    }

    private static ProtoWriter unchanged(byte[] key, @Nullable KeyValue found) {
        return (found == null
                        ? EtcdCompare.absent(key)
                        : EtcdCompare.modified(key, found.modified()))
                .toRequest();
    }

    private TxnAnswer ask(ProtoWriter txn, boolean reads) {
        try {
            return TxnAnswer.read(
                    connection.call(
                            Call.TXN,
                            reads ? EtcdConnection.Kind.READS : EtcdConnection.Kind.WRITES,
                            txn.toArray()));
        } catch (CallFailedException e) {
            throw Failures.unavailable(e, connection);
        } catch (InterruptedException e) {
            throw Failures.interrupted(e);
        }
    }
}
