package dev.roster.sql.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The connection of a thread that writes, which nobody else uses, made again when it breaks. */
final class PostgresSession {
    private final PostgresConnections connections;
    private final PostgresSchema schema;
    private final AtomicReference<@Nullable Connection> connection = new AtomicReference<>();
    private volatile String trouble = "";

    PostgresSession(PostgresConnections connections, PostgresSchema schema) {
        this.connections = connections;
        this.schema = schema;
    }

    void begin(Connection with) {
        connection.set(with);
    }

    /** Whether there is a connection, and nothing broke it so far. */
    boolean isUp() {
        return connection.get() != null;
    }

    /** Why there was no connection the last time. */
    String trouble() {
        return trouble;
    }

    /** The connection, made again if it broke; null if that fails now. */
    @Nullable Connection connected() throws InterruptedException {
        Connection using = connection.get();
        if (using != null) {
            return using;
        }
        long pause = connections.pauseNanos();
        if (pause > 0) {
            TimeUnit.NANOSECONDS.sleep(pause);
        }
        try {
            using = connections.open();
            connection.set(using);
            schema.prepare(using);
            return using;
        } catch (SQLException | RuntimeException e) {
            trouble =
                    e instanceof SQLException sql
                            ? String.valueOf(
                                    PostgresErrors.unavailable(
                                                    connections.where(), "connecting", sql)
                                            .getMessage())
                            : String.valueOf(e.getMessage());
            breakOff();
            return null;
        }
    }

    /** Ends what the thread is at; for any other. */
    void abort() {
        PostgresConnections.abort(connection.get());
    }

    /** Ends a connection that may hang or be broken. */
    void breakOff() {
        PostgresConnections.discard(connection.getAndSet(null));
    }

    /** Gives back a connection that works. */
    void release() {
        PostgresConnections.release(connection.getAndSet(null));
    }
}
