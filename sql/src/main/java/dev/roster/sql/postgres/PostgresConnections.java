package dev.roster.sql.postgres;

import dev.roster.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * The connections of one store: some for reading, kept while they work, and those that the writer
 * and the tail keep for themselves. After a failure to connect nobody tries for half a second to a
 * second: a server that is down is not stormed.
 */
final class PostgresConnections implements AutoCloseable {
    /** Reads at the same time. */
    private static final int READERS = 4;

    /** Without an answer for so long, a connection counts as broken. */
    static final int PATIENCE_MILLIS = 3000;

    private static final long PAUSE_NANOS = 500_000_000;

    /** A process that has just begun is slow at the arithmetic of a login on a busy machine. */
    private static final int FIRST_LOGIN_SECONDS = 10;

    private static final int LOGIN_SECONDS = 5;

    /** Something that is done with a connection. */
    interface Use<T extends @Nullable Object> {
        T with(Connection connection) throws SQLException;
    }

    private final ConnectionSource source;
    private final Semaphore reading = new Semaphore(READERS, true);
    private final ConcurrentLinkedDeque<Connection> readers = new ConcurrentLinkedDeque<>();
    private final Object gate = new Object();
    private volatile boolean isPooled;
    private volatile boolean hasConnected;
    private volatile boolean closed;
    private @Nullable SQLException lastFailure;
    private long notBefore;

    PostgresConnections(ConnectionSource source) {
        this.source = source;
    }

    String where() {
        return source.where();
    }

    /** From here on connections are used as a transaction pooler allows. */
    void setPooled(boolean pooled) {
        isPooled = pooled;
    }

    boolean isPooled() {
        return isPooled;
    }

    /** For how long nobody should try to connect. */
    long pauseNanos() {
        synchronized (gate) {
            return lastFailure == null ? 0 : Math.max(0, notBefore - System.nanoTime());
        }
    }

    /** A connection for the caller alone, unless a try failed a moment ago. */
    Connection open() throws SQLException {
        synchronized (gate) {
            SQLException failed = lastFailure;
            if (failed != null && notBefore - System.nanoTime() > 0) {
                throw new SQLException(failed.getMessage(), failed.getSQLState(), failed);
            }
        }
        return openNow();
    }

    /** A connection for the caller alone, whatever happened before. */
    Connection openNow() throws SQLException {
        if (closed) {
            throw new SQLException("the store is closed", "08003");
        }
        Connection connection = null;
        try {
            connection = source.connect(hasConnected ? LOGIN_SECONDS : FIRST_LOGIN_SECONDS);
            prepare(connection);
            hasConnected = true;
            synchronized (gate) {
                lastFailure = null;
            }
            return connection;
        } catch (SQLException e) {
            throw failed(connection, e);
        } catch (RuntimeException e) {
            // An application's pool can hand out what it has ended itself.
            throw failed(
                    connection,
                    new SQLException("the connection cannot be used: " + e, "08000", e));
        }
    }

    private SQLException failed(@Nullable Connection connection, SQLException why) {
        discard(connection);
        synchronized (gate) {
            lastFailure = why;
            long jitter = ThreadLocalRandom.current().nextLong(PAUSE_NANOS);
            notBefore = System.nanoTime() + PAUSE_NANOS + jitter;
        }
        return why;
    }

    private void prepare(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.setAutoCommit(true);
        }
        connection.setNetworkTimeout(Runnable::run, PATIENCE_MILLIS);
        if (isPooled) {
            connection.unwrap(PGConnection.class).setPrepareThreshold(0);
        }
    }

    /**
     * Reads with one of the connections that are kept. One that turns out to be broken is replaced,
     * once: nothing is written, so nothing happens twice.
     *
     * @throws StoreUnavailableException it failed
     */
    <T extends @Nullable Object> T read(String what, Use<T> use) {
        acquire();
        try {
            Connection kept = readers.poll();
            if (kept != null) {
                try {
                    return use(kept, use);
                } catch (SQLException e) {
                    if (PostgresErrors.isUndone(e)) {
                        throw e;
                    }
                    closeReaders();
                }
            }
            return use(open(), use);
        } catch (SQLException e) {
            throw PostgresErrors.unavailable(where(), what, e);
        } finally {
            release();
        }
    }

    /**
     * Writes with one of the connections that are kept, and does not try again.
     *
     * @throws StoreUnavailableException it failed; what happened is not known
     */
    <T extends @Nullable Object> T write(String what, Use<T> use) {
        acquire();
        try {
            Connection kept = readers.poll();
            return use(kept == null ? open() : kept, use);
        } catch (SQLException e) {
            throw PostgresErrors.unavailable(where(), what, e);
        } finally {
            release();
        }
    }

    private void acquire() {
        try {
            reading.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("The read was interrupted.", e);
        }
    }

    private void release() {
        reading.release();
        if (closed) {
            closeReaders();
        }
    }

    private <T extends @Nullable Object> T use(Connection connection, Use<T> use)
            throws SQLException {
        boolean sound = false;
        try {
            T result = use.with(connection);
            sound = true;
            return result;
        } catch (SQLException e) {
            sound = PostgresErrors.isUndone(e);
            throw e;
        } finally {
            if (sound && source.mayKeep() && !closed) {
                readers.push(connection);
            } else if (sound) {
                release(connection);
            } else {
                discard(connection);
            }
        }
    }

    private void closeReaders() {
        Connection idle = readers.poll();
        while (idle != null) {
            release(idle);
            idle = readers.poll();
        }
    }

    /** Closes a connection that works, or gives it back to the application. */
    static void release(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException | RuntimeException e) {
                // It is not used again.
                return;
            }
        }
    }

    /** Closes a connection of the calling thread's that may hang or be broken. */
    static void discard(@Nullable Connection connection) {
        abort(connection);
        release(connection);
    }

    /**
     * Ends what another thread does with its connection. That thread closes it: a pool that is told
     * of its end by two threads can hand it out again.
     */
    static void abort(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException | RuntimeException e) {
                // It is not used again.
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        closeReaders();
    }
}
