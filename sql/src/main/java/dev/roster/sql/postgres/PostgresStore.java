package dev.roster.sql.postgres;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Fence;
import dev.roster.FencedException;
import dev.roster.Limits;
import dev.roster.StoreClosedException;
import dev.roster.StoreIdentity;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.sql.shared.EncodedBatch;
import dev.roster.sql.shared.Listeners;
import dev.roster.sql.shared.SqlQueue;
import dev.roster.store.Durability;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueRefusedException;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.StoreLimits;
import dev.roster.store.Ties;
import dev.roster.store.Watch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A store in a PostgreSQL database, version 12 or later, for processes on any machines.
 *
 * <p>Commits of all callers go through one thread and one connection, which nobody else uses: what
 * is waiting is applied in one transaction, with one round trip. An acknowledged commit survives a
 * crash of the server and a loss of its power; whether it survives a failover, {@link #durability}
 * tells. Changes are told by {@code NOTIFY}, in a few milliseconds, and found without it in about a
 * second. Safe for use by many threads.
 *
 * <p>It keeps up to seven connections: one to write, one to listen, up to four to read, and one
 * more for a moment while one is replaced. Tables and functions are made when they are missing and
 * the role may make them. Without that right, let the owner make them: see <a
 * href="https://www.postgresql.org/docs/current/ddl-priv.html">privileges</a>, and {@code
 * schema.sql} and {@code roles.sql} beside this class in the jar.
 */
public final class PostgresStore implements Store {
    static final StoreLimits LIMITS = new StoreLimits(1000, Limits.VALUE_BYTES);

    private final PostgresConnections connections;
    private final PostgresWriter writer;
    private final PostgresNotice notice;
    private final PostgresReads reads;
    private final PostgresTail tail;
    private final PostgresFollower follower;
    private final Ties ties;
    private final PostgresSchema schema;
    private final Listeners listeners = new Listeners();
    private @Nullable PostgresQueueWriter queueWriter;
    private final AtomicBoolean closed = new AtomicBoolean();

    private PostgresStore(
            PostgresConnections connections,
            PostgresSchema schema,
            PostgresOptions options,
            Connection first)
            throws SQLException {
        this.connections = connections;
        this.schema = schema;
        PostgresWakes wakes = new PostgresWakes(listeners);
        Position.Furthest seen = new Position.Furthest();
        notice = new PostgresNotice(connections, schema, wakes);
        writer = new PostgresWriter(connections, schema, seen, notice, this::committed, first);
        reads = new PostgresReads(connections, schema, seen, writer::notice);
        writer.start();
        try {
            StoreIdentity identity = reads.read(Range.key("identity").limit(0)).identity();
            tail = new PostgresTail(connections, schema, seen, identity, writer::notice);
            PostgresTies own =
                    options.ties() && !connections.isPooled() ? new PostgresTies() : null;
            ties = own == null ? Ties.NONE : own;
            follower = new PostgresFollower(connections, tail, own, wakes, schema, writer::notice);
            notice.start();
            follower.start();
        } catch (SQLException | RuntimeException e) {
            writer.close();
            notice.close();
            throw e;
        }
    }

    /**
     * Opens the store that a URL names: {@code
     * postgresql://user:password@host:port/database?schema=roster}. The options are in
     * docs/reference/store-url.md.
     *
     * @throws StoreRefusedException the URL, the login, the server or the schema cannot be used as
     *     it is; the message says what to change and holds no password
     * @throws StoreUnavailableException the server does not answer
     */
    public static PostgresStore open(String url) {
        PostgresUrl parsed = PostgresUrl.parse(url);
        return open(ConnectionSource.of(parsed), parsed.options());
    }

    /**
     * Opens the store by connections of the application's. Two are taken and kept until the store
     * is closed, to write and to listen: others cannot use them up. Reads borrow up to five more,
     * each for a moment.
     *
     * @param source gives connections of PostgreSQL's own driver, or wrapped ones that unwrap to it
     * @throws StoreRefusedException as {@link #open(String)}
     * @throws StoreUnavailableException no connection was to be had, or it broke
     */
    public static PostgresStore open(DataSource source, PostgresOptions options) {
        return open(ConnectionSource.of(source), options);
    }

    private static PostgresStore open(ConnectionSource source, PostgresOptions options) {
        PostgresConnections connections = new PostgresConnections(source);
        PostgresSchema schema = new PostgresSchema(options.schema());
        Connection first = null;
        try {
            first = connections.open();
            boolean pooled =
                    options.pooler() == Pooler.TRANSACTION
                            || (options.pooler() == Pooler.AUTO
                                    && PostgresPreflight.isPooled(first));
            if (pooled) {
                connections.setPooled(true);
                // The one that found it out was made before that was known.
                PostgresConnections.release(first);
                first = connections.open();
            }
            PostgresPreflight.check(first, source.where());
            schema.prepare(first);
            PostgresPreflight.warn(first, source.where());
            PostgresPreflight.letOthersSpeak(first);
            return new PostgresStore(connections, schema, options, first);
        } catch (SQLException e) {
            PostgresConnections.discard(first);
            connections.close();
            throw PostgresErrors.opening(source.where(), "opening the store", e);
        } catch (RuntimeException e) {
            PostgresConnections.discard(first);
            connections.close();
            throw e;
        }
    }

    /** As {@link #guard(Connection, String, Fence)}, for the schema {@code roster}. */
    public static void guard(Connection connection, Fence fence) throws SQLException {
        guard(connection, PostgresOptions.DEFAULTS.schema(), fence);
    }

    /**
     * Lets the caller's own transaction on this database take effect only if {@code fence} holds
     * when it commits. Call it in the transaction, on a connection of the caller's with auto-commit
     * off, best as its last statement: until the transaction ends, what the fence is about cannot
     * change, so the key cannot go to another member. Everything else goes on, beats above all.
     *
     * <p>From here on the server ends the session, and so the transaction, when it is left idle in
     * it for 5 seconds.
     *
     * @param schema the schema of the store
     * @throws FencedException the fence does not hold: roll back
     * @throws SQLException the database refused: roll back
     */
    public static void guard(Connection connection, String schema, Fence fence)
            throws SQLException {
        PostgresSchema checked =
                new PostgresSchema(PostgresOptions.DEFAULTS.withSchema(schema).schema());
        PostgresGuard.guard(connection, checked, fence);
    }

    /** As {@link #apply(Connection, String, String, QueueBatch)}, for the schema {@code roster}. */
    public static void apply(Connection connection, String queue, QueueBatch batch)
            throws SQLException {
        apply(connection, PostgresOptions.DEFAULTS.schema(), queue, batch);
    }

    /**
     * Applies a batch in the caller's own transaction on this database, on a connection of the
     * caller's with auto-commit off: it takes effect if that commits. What its conditions look at
     * cannot change until the transaction ends; with a fence, the server ends the session, and so
     * the transaction, when it is left idle in it for 5 seconds, as {@link #guard} says.
     *
     * <p>Nobody is woken: after the commit, {@linkplain Queue#apply(QueueBatch) apply} a batch that
     * has nothing but {@linkplain QueueBatch#wakes wakes}, or leave it to the owners, who look
     * every second or so.
     *
     * @param schema the schema of the store
     * @throws FencedException a fence does not hold: roll back
     * @throws QueueRefusedException a condition does not hold or an entry is not there: nothing of
     *     the batch is part of the transaction
     * @throws SQLException the database refused: roll back
     */
    public static void apply(Connection connection, String schema, String queue, QueueBatch batch)
            throws SQLException {
        PostgresSchema checked =
                new PostgresSchema(PostgresOptions.DEFAULTS.withSchema(schema).schema());
        EncodedBatch encoded = SqlQueue.encoded(queue, batch);
        PostgresGuard.begin(connection, !batch.fences().isEmpty());
        PostgresQueueGroup group = new PostgresQueueGroup();
        group.add(encoded);
        SqlQueue.require(group.apply(connection, checked, null).getFirst());
    }

    private void committed() {
        PostgresFollower following = follower;
        if (following != null) {
            following.committed();
        }
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
                : writer.commit(commit, reads);
    }

    @Override
    public Watch watch(Range range, long afterRevision) {
        requireOpen();
        return new PostgresWatch(tail, range, afterRevision, closed::get);
    }

    @Override
    public StoreIdentity identity() {
        return read(Range.key("identity").limit(0)).identity();
    }

    @Override
    public StoreLimits limits() {
        return LIMITS;
    }

    @Override
    public Ties ties() {
        return ties;
    }

    @Override
    public Durability durability() {
        requireOpen();
        return connections.read("reading settings", PostgresPreflight::durability);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            tail.wakeAll();
            follower.close();
            writer.close();
            closeQueueWriter();
            notice.close();
            connections.close();
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new StoreClosedException("The store at " + connections.where() + " is closed.");
        }
    }

    /**
     * A queue in a table of its own. The first batch takes one more connection, which is kept until
     * the store is closed: what all callers of this store send meanwhile is applied in one
     * transaction, with one round trip.
     */
    @Override
    public Queue queue(String name) {
        return new PostgresQueue(
                name, connections, schema, this::queueWriter, notice, listeners, closed::get);
    }

    private synchronized PostgresQueueWriter queueWriter() {
        PostgresQueueWriter writing = queueWriter;
        if (writing == null) {
            writing = new PostgresQueueWriter(connections, schema, this::woken);
            queueWriter = writing;
            writing.start();
            if (closed.get()) {
                writing.close();
            }
        }
        return writing;
    }

    private void woken(String queue, Set<Integer> partitions) {
        listeners.tell(queue, partitions);
        notice.woken(queue, partitions);
    }

    private synchronized void closeQueueWriter() {
        PostgresQueueWriter writing = queueWriter;
        if (writing != null) {
            writing.close();
        }
    }

    /** Where it is; no secrets. */
    @Override
    public String toString() {
        return "PostgresStore " + connections.where();
    }
}
