package dev.roster.sql;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.FencedException;
import dev.roster.Limits;
import dev.roster.StoreClosedException;
import dev.roster.StoreIdentity;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.sql.shared.EncodedBatch;
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
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A store in a SQLite file, for the processes of one machine. No server, no set-up.
 *
 * <p>All handles on a file in one JVM share connections and threads. Commits of all callers go
 * through one thread, which puts what is waiting into one transaction; between processes, writers
 * queue at a lock of their own beside the file, because SQLite's waiting is by chance and can leave
 * one out for seconds. After a commit a bell is rung, a file beside the database that all processes
 * watch, so that a change is seen in about a millisecond, and nobody polls for it.
 *
 * <p>A limit of SQLite: a process that is frozen (SIGSTOP, a debugger) in the middle of a
 * transaction, a millisecond at most, keeps the file locked until it goes on or ends. All members
 * then stop when their leases are over, and resume by themselves.
 */
public final class SqliteStore implements Store {
    static final StoreLimits LIMITS = new StoreLimits(1000, Limits.VALUE_BYTES);

    private final SqliteFile file;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SqliteStore(SqliteFile file) {
        this.file = file;
    }

    /** Opens a file, forcing every commit to the disk. As {@link #open(Path, Synchronous)}. */
    public static SqliteStore open(Path path) {
        return open(path, Synchronous.FULL);
    }

    /**
     * Opens a file; makes it, for the owner's eyes only, if it does not exist. Its folder has to
     * exist.
     *
     * @throws StoreRefusedException it is on a network file system, is no SQLite file, or was
     *     written by a newer Roster
     * @throws StoreUnavailableException it is locked by somebody, or the disk fails
     */
    public static SqliteStore open(Path path, Synchronous synchronous) {
        return new SqliteStore(SqliteFile.acquire(path, synchronous));
    }

    /**
     * Lets the caller's own transaction on this database take effect only if {@code fence} holds
     * when it commits. Call it in the transaction, before or after the caller's own statements, on
     * a connection of the caller's with auto-commit off. It makes the transaction a writing one, so
     * that nothing can come between this check and the commit.
     *
     * @throws FencedException the fence does not hold: roll back
     * @throws SQLException the database refused, for instance because it is busy: roll back
     */
    public static void guard(Connection connection, Fence fence) throws SQLException {
        requireTransaction(connection);
        SqliteSchema.lockForWriting(connection);
        require(connection, fence);
    }

    private static void requireTransaction(Connection connection) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalArgumentException(
                    "The connection commits by itself: call setAutoCommit(false) first.");
        }
    }

    /**
     * Applies a batch in the caller's own transaction on this database, on a connection of the
     * caller's with auto-commit off: it takes effect if that commits. It makes the transaction a
     * writing one, so that nothing can come between.
     *
     * <p>Nobody is woken: after the commit, {@linkplain Queue#apply(QueueBatch) apply} a batch that
     * has nothing but {@linkplain QueueBatch#wakes wakes}, or leave it to the owners, who look
     * every second or so.
     *
     * @throws FencedException a fence does not hold: roll back
     * @throws QueueRefusedException a condition does not hold or an entry is not there: nothing of
     *     the batch is part of the transaction
     * @throws SQLException the database refused, for instance because it is busy: roll back
     */
    public static void apply(Connection connection, String queue, QueueBatch batch)
            throws SQLException {
        EncodedBatch encoded = SqlQueue.encoded(queue, batch);
        requireTransaction(connection);
        SqliteSchema.lockForWriting(connection);
        for (Fence fence : batch.fences()) {
            require(connection, fence);
        }
        try (SqliteQueueTable table = new SqliteQueueTable(connection)) {
            SqlQueue.require(table.apply(encoded));
        }
    }

    private static void require(Connection connection, Fence fence) throws SQLException {
        if (!fence.store().id().startsWith(SqliteSchema.idOf(SqliteSchema.life(connection)))) {
            throw new FencedException("The store is another one than when the key was claimed.");
        }
        for (Condition condition : fence.conditions()) {
            if (!holds(connection, condition)) {
                throw new FencedException(
                        "The ownership is over (%s has changed): roll back."
                                .formatted(Limits.quoted(condition.key())));
            }
        }
    }

    private static boolean holds(Connection connection, Condition condition) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT modified FROM roster_entries WHERE key = ?")) {
            select.setBytes(1, SqliteSchema.bytes(condition.key()));
            try (ResultSet rows = select.executeQuery()) {
                boolean found = rows.next();
                return switch (condition) {
                    case Condition.Absent absent -> !found;
                    case Condition.Unchanged unchanged ->
                            found && rows.getLong(1) == unchanged.modified();
                };
            }
        }
    }

    @Override
    public Snapshot read(Range range) {
        requireOpen();
        return file.read(range);
    }

    @Override
    public CommitResult commit(Commit commit) {
        StoreLimits.check(commit, LIMITS);
        return closed.get()
                ? new CommitResult.Failed("the store is closed")
                : file.writer().commit(commit);
    }

    @Override
    public Watch watch(Range range, long afterRevision) {
        requireOpen();
        return new SqliteWatch(file, range, afterRevision, closed::get);
    }

    @Override
    public StoreIdentity identity() {
        requireOpen();
        return file.read(Range.key("identity").limit(0)).identity();
    }

    @Override
    public StoreLimits limits() {
        return LIMITS;
    }

    @Override
    public Ties ties() {
        return file.side();
    }

    @Override
    public Durability durability() {
        requireOpen();
        return file.durability();
    }

    /** A queue in a table of its own, written by the same thread and transactions as the rest. */
    @Override
    public Queue queue(String name) {
        return new SqliteQueue(name, file, closed::get);
    }

    /** Where the file is. */
    public Path path() {
        return file.path();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            file.tail().wakeAll();
            file.release();
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new StoreClosedException("The store " + file.path() + " is closed.");
        }
    }
}
