package dev.roster.etcd;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Fence;
import dev.roster.FencedException;
import dev.roster.Limits;
import dev.roster.StoreClosedException;
import dev.roster.StoreIdentity;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Durability;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.StoreLimits;
import dev.roster.store.Ties;
import dev.roster.store.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A store in etcd 3.4 or later.
 *
 * <p>Commits are etcd's transactions, so that each is applied in one step by a majority of its
 * servers and is on their disks when it is answered. Reads are linearizable. Several stores share
 * an etcd under different namespaces, and may share it with other applications.
 *
 * <p>Safe for use by many threads; their commits are under way together, on one connection.
 */
public final class EtcdStore implements Store {
    /** etcd takes 128 with its stock settings, and two of them are ours. */
    static final StoreLimits LIMITS = new StoreLimits(126, Limits.VALUE_BYTES);

    private final EtcdConnection connection;
    private final EtcdKeys keys;
    private final Lives lives;
    private final EtcdReads reads;
    private final EtcdCommits commits;
    private final Compaction compaction;
    private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    private EtcdStore(EtcdAddress address) {
        keys = new EtcdKeys(address.namespace());
        connection = new EtcdConnection(address);
        lives = new Lives(connection, keys);
        reads = new EtcdReads(connection, keys, lives);
        commits = new EtcdCommits(connection, keys, lives);
        compaction = new Compaction(connection, keys, address.compact());
    }

    /**
     * Opens the store that a URL names: {@code etcd://HOST:PORT}, or {@code
     * etcds://USER:PASSWORD@HOST:PORT,HOST2:PORT2?namespace=NAME&ca=FILE};
     * docs/reference/store-url.md has all options. The user's role needs to read and write the keys
     * that begin with the namespace and a colon, and nothing else.
     *
     * @throws StoreRefusedException the URL, a certificate's file or the login is wrong, or etcd is
     *     older than 3.4
     * @throws StoreUnavailableException no server of the cluster answers
     */
    public static EtcdStore open(String url) {
        boolean encrypted = url.startsWith(EtcdTlsStoreProvider.SCHEME + ":");
        EtcdStore store =
                new EtcdStore(EtcdAddress.parse(url.substring(url.indexOf(':') + 1), encrypted));
        try {
            Preflight.check(store.connection);
            store.lives.read();
            store.compaction.start();
            return store;
        } catch (RuntimeException e) {
            store.close();
            throw e.getCause() instanceof CallFailedException failed
                    ? Failures.atOpening(failed, store.connection)
                    : e;
        }
    }

    /**
     * The comparisons that let the caller's own transaction on this etcd take effect only if {@code
     * fence} holds when it is applied. Add all of them to the {@code compare} part of the
     * transaction; if it did not succeed, nothing of it happened, and the ownership may be over.
     * Whatever is in the transaction counts against etcd's limit of 128 comparisons.
     *
     * @throws FencedException the store is another one than when the key was claimed, as far as
     *     this process knows already
     */
    public List<EtcdCompare> guard(Fence fence) {
        Life life = lives.current();
        if (life == null || !life.identity().equals(fence.store())) {
            throw new FencedException("The store is another one than when the key was claimed.");
        }
        List<EtcdCompare> all = new ArrayList<>(life.comparisons(keys));
        fence.conditions().forEach(one -> all.add(EtcdCommits.comparison(keys, one)));
        return List.copyOf(all);
    }

    @Override
    public Snapshot read(Range range) {
        requireOpen();
        return reads.read(range);
    }

    @Override
    public CommitResult commit(Commit commit) {
        StoreLimits.check(commit, LIMITS);
        return closed.get()
                ? new CommitResult.Failed("the store is closed")
                : commits.commit(commit);
    }

    @Override
    public Watch watch(Range range, long afterRevision) {
        requireOpen();
        EtcdWatch watch =
                new EtcdWatch(connection, keys, lives, range, afterRevision, watches::remove);
        watches.add(watch);
        if (closed.get()) {
            watch.close();
        }
        return watch;
    }

    @Override
    public StoreIdentity identity() {
        requireOpen();
        return lives.read().identity();
    }

    @Override
    public StoreLimits limits() {
        return LIMITS;
    }

    /**
     * None: a lease of etcd's would tell late, is prolonged by each change of leader, and by some
     * releases is taken back too early.
     */
    @Override
    public Ties ties() {
        return Ties.NONE;
    }

    @Override
    public Durability durability() {
        return new Durability(
                Durability.Loss.NOTHING,
                Durability.Loss.NOTHING,
                Durability.Loss.NOTHING,
                "a majority of etcd's servers has a commit on disk before it is answered, unless they run with --unsafe-no-fsync, which cannot be seen from here");
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            List.copyOf(watches).forEach(EtcdWatch::close);
            compaction.close();
            connection.close();
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new StoreClosedException(
                    "The etcd store at %s is closed.".formatted(connection.servers()));
        }
    }
}
