package dev.roster.etcd;

import dev.roster.StoreIdentity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One life of a store, and how far this process has seen it come. Safe for use by many threads.
 *
 * <p>How far is the revision of the record that each commit writes. An etcd in which that record is
 * older went back in time, though it may say that it is the same life.
 */
final class Life {
    private static final String KIND = "etcd-";

    private final byte[] record;
    private final long cluster;
    private final long begun;
    private final StoreIdentity identity;
    private final AtomicLong last = new AtomicLong();

    /**
     * A life.
     *
     * @param record what its record holds
     * @param cluster the cluster that it was begun on
     * @param begun the revision at which it was begun
     */
    private Life(byte[] record, long cluster, long begun) {
        this.record = record;
        this.cluster = cluster;
        this.begun = begun;
        this.identity = new StoreIdentity(KIND + text(record));
    }

    /** What a record says of a life that begins on a cluster. */
    static byte[] recordOf(String id, long cluster) {
        return (id + "@" + Long.toHexString(cluster)).getBytes(StandardCharsets.UTF_8);
    }

    /** The life that a record is about; null for something else that was put there. */
    static @Nullable Life of(KeyValue entry) {
        String text = text(entry.value());
        int at = text.indexOf('@');
        if (at <= 0) {
            return null;
        }
        try {
            long cluster = Long.parseUnsignedLong(text.substring(at + 1), 16);
            return new Life(entry.value(), cluster, entry.modified());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static String text(byte[] record) {
        return new String(record, StandardCharsets.UTF_8);
    }

    StoreIdentity identity() {
        return identity;
    }

    long cluster() {
        return cluster;
    }

    long begun() {
        return begun;
    }

    /** The revision of the last commit that this process knows of. */
    long last() {
        return last.get();
    }

    /** This process has seen a commit. */
    void saw(long revision) {
        last.accumulateAndGet(revision, Math::max);
    }

    /** What has to be true for this to be the life still, and not an older state of it. */
    List<EtcdCompare> comparisons(EtcdKeys keys) {
        return List.of(
                EtcdCompare.value(keys.life(), record),
                EtcdCompare.modifiedAfter(keys.last(), last.get() - 1));
    }

    @Override
    public String toString() {
        return identity.id();
    }
}
