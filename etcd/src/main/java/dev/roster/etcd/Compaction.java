package dev.roster.etcd;

import dev.roster.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Lets etcd forget history, because an etcd that keeps all of it is full some day (2 GiB with stock
 * settings, which takes a hundred members about two days) and then takes no writes.
 *
 * <p>One process of a namespace does it in each period: a record holds the revision at the time of
 * the last compaction, and who finds that it has not been written for a whole period replaces it,
 * and compacts to what it held. So at least one period of history is kept, by nobody's clock but
 * the own.
 */
final class Compaction implements AutoCloseable {
    private final EtcdConnection connection;
    private final EtcdKeys keys;
    private final Duration period;
    private final Thread thread;
    private volatile boolean closed;

    Compaction(EtcdConnection connection, EtcdKeys keys, Duration period) {
        this.connection = connection;
        this.keys = keys;
        this.period = period;
        this.thread = Thread.ofVirtual().name("roster-etcd-compaction").unstarted(this::run);
    }

    void start() {
        if (!period.isZero()) {
            thread.start();
        }
    }

    private void run() {
        long seen = -1;
        while (!closed) {
            try {
                long spread = Math.max(1, period.toMillis() / 10);
                Thread.sleep(period.plusMillis(ThreadLocalRandom.current().nextLong(spread)));
                seen = compact(seen);
            } catch (InterruptedException e) {
                return;
            } catch (CallFailedException
                    | StoreUnavailableException
                    | ProtoReader.BadMessageException e) {
                // The next period will do: nothing hangs on it now.
                seen = -1;
            }
        }
    }

    /**
     * One period's work.
     *
     * @param seen the record's revision a period ago, -1 if that is not known
     * @return the record's revision now
     */
    long compact(long seen) throws CallFailedException, InterruptedException {
        TxnAnswer now =
                txn(
                        List.of(),
                        List.of(Requests.reading(Requests.get(keys.compaction()))),
                        EtcdConnection.Kind.READS);
        KeyValue record = now.ranges().getFirst().first();
        long modified = record == null ? 0 : record.modified();
        if (modified != seen) {
            return modified;
        }
        byte[] text = Long.toString(now.header().revision()).getBytes(StandardCharsets.UTF_8);
        TxnAnswer written =
                txn(
                        List.of(EtcdCompare.modified(keys.compaction(), modified).toRequest()),
                        List.of(Requests.putting(Requests.put(keys.compaction(), text))),
                        EtcdConnection.Kind.WRITES);
        long upTo = revision(record);
        if (written.succeeded() && upTo > 0) {
            try {
                connection.call(
                        Call.COMPACT, EtcdConnection.Kind.WRITES, Requests.compact(upTo).toArray());
            } catch (CallFailedException e) {
                if (!e.isCompacted()) {
                    throw e;
                }
            }
        }
        return written.succeeded() ? written.header().revision() : -1;
    }

    private static long revision(@Nullable KeyValue record) {
        try {
            return record == null
                    ? 0
                    : Long.parseLong(new String(record.value(), StandardCharsets.UTF_8));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private TxnAnswer txn(
            List<ProtoWriter> comparisons, List<ProtoWriter> then, EtcdConnection.Kind kind)
            throws CallFailedException, InterruptedException {
        return TxnAnswer.read(
                connection.call(
                        Call.TXN, kind, Requests.txn(comparisons, then, List.of()).toArray()));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
