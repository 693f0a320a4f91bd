package dev.roster.bench.postgres;

import dev.roster.testkit.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Writes by the bare driver: a connection for each caller, prepared statements. */
final class DriverPool implements AutoCloseable {
    private static final String ROW =
            "INSERT INTO raw_entries VALUES (?, ?, 1, 1) ON CONFLICT (key) DO UPDATE SET value = excluded.value";

    /** A revision, the entry and its change: what the store writes, without its conditions. */
    private static final String SAME =
            """
            WITH m AS (UPDATE raw_meta SET revision = revision + 1 WHERE id = 1 RETURNING revision),
            e AS (INSERT INTO raw_entries SELECT k, v, revision, revision FROM m, (SELECT ?::bytea k, ?::bytea v) i
                ON CONFLICT (key) DO UPDATE SET value = excluded.value, modified = excluded.modified)
            INSERT INTO raw_changes SELECT revision, 0, ?, ?, 1, 1 FROM m
            """;

    private record Session(Connection connection, PreparedStatement row, PreparedStatement same) {}

    private final BlockingQueue<Session> idle = new LinkedBlockingQueue<>();

    DriverPool(PostgresServer server, int connections) {
        try {
            for (int n = 0; n < connections; n++) {
                Connection connection =
                        DriverManager.getConnection(
                                "jdbc:postgresql://%s:%d/postgres"
                                        .formatted(
                                                server.address().getAddress().getHostAddress(),
                                                server.address().getPort()),
                                "postgres",
                                PostgresServer.PASSWORD);
                if (n == 0) {
                    create(connection);
                }
                idle.add(
                        new Session(
                                connection,
                                connection.prepareStatement(ROW),
                                connection.prepareStatement(SAME)));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void create(Connection connection) throws SQLException {
        try (Statement create = connection.createStatement()) {
            create.execute(
                    "CREATE TABLE raw_entries (key bytea PRIMARY KEY, value bytea, created bigint, modified bigint) WITH (fillfactor = 50)");
            create.execute(
                    "CREATE TABLE raw_meta (id int PRIMARY KEY, revision bigint) WITH (fillfactor = 10)");
            create.execute("INSERT INTO raw_meta VALUES (1, 0)");
            create.execute(
                    "CREATE TABLE raw_changes (revision bigint, ordinal int, key bytea, value bytea, created bigint, stamp bigint, PRIMARY KEY (revision, ordinal))");
        }
    }

    void putRow(String key, byte[] value) {
        Session session = take();
        try {
            session.row().setBytes(1, key.getBytes(StandardCharsets.UTF_8));
            session.row().setBytes(2, value);
            session.row().executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            idle.add(session);
        }
    }

    void putSame(String key, byte[] value) {
        Session session = take();
        try {
            byte[] name = key.getBytes(StandardCharsets.UTF_8);
            session.same().setBytes(1, name);
            session.same().setBytes(2, value);
            session.same().setBytes(3, name);
            session.same().setBytes(4, value);
            session.same().executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            idle.add(session);
        }
    }

    private Session take() {
        try {
            return idle.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        for (Session session : idle) {
            try {
                session.connection().close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
