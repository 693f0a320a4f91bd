package dev.roster.testkit.chaos;

import dev.roster.testkit.server.PgBouncer;
import dev.roster.testkit.server.PostgresServer;
import dev.roster.testkit.server.TestServer;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** PostgreSQL: standbys by streaming, and connections that somebody else takes. */
final class Postgres implements Server {
    private static final int MOST_CONNECTIONS = 60;
    private static final long RETRY_MILLIS = 5;

    private final PostgresServer server;
    private @Nullable Hog hog;

    Postgres() {
        this(PostgresServer.startOnSmallDisk("max_connections=" + MOST_CONNECTIONS));
    }

    private Postgres(PostgresServer server) {
        this.server = server;
    }

    /** A pooler that reaches it by way of an address. */
    PgBouncer pooler(InetSocketAddress through, int sessions) {
        return PgBouncer.before(server, through, sessions);
    }

    @Override
    public TestServer itself() {
        return server;
    }

    @Override
    public Server copy(InetSocketAddress through) {
        Postgres copy =
                new Postgres(
                        server.startStandby(
                                "max_connections=" + MOST_CONNECTIONS,
                                "primary_conninfo=user=postgres password=%s host=%s port=%d"
                                        .formatted(
                                                PostgresServer.PASSWORD,
                                                through.getAddress().getHostAddress(),
                                                through.getPort())));
        Waiting.until(
                "the standby follows",
                () ->
                        server.sql(
                                        "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND replay_lsn >= pg_current_wal_lsn() - 1000000")
                                .strip()
                                .equals("1"));
        return copy;
    }

    @Override
    public void promote() {
        server.promote();
    }

    @Override
    public void refuseConnections() {
        Hog next = new Hog();
        hog = next;
        Thread.ofPlatform().daemon().name("connection-hog").start(next::take);
        Waiting.until("all connections are taken", () -> next.isFull);
    }

    @Override
    public void allowConnections() {
        Hog last = hog;
        if (last != null) {
            hog = null;
            last.release();
        }
    }

    @Override
    public Optional<String> cannotBeFilled() {
        return server.hasOwnDisk()
                ? Optional.empty()
                : Optional.of("a small disk can be mounted by root only");
    }

    @Override
    public void fill() {
        server.fill();
    }

    @Override
    public void empty() {
        server.empty();
    }

    /** Takes each connection that comes free. */
    private final class Hog {
        private final List<Connection> taken = new ArrayList<>();
        private volatile boolean isOver;
        private volatile boolean isFull;

        void take() {
            Properties properties = new Properties();
            properties.put("user", "postgres");
            properties.put("password", PostgresServer.PASSWORD);
            InetSocketAddress address = server.address();
            String url =
                    "jdbc:postgresql://%s:%d/postgres"
                            .formatted(address.getAddress().getHostAddress(), address.getPort());
            while (!isOver) {
                try {
                    keep(DriverManager.getConnection(url, properties));
                } catch (SQLException e) {
                    isFull = true;
                    Waiting.millis(RETRY_MILLIS);
                }
            }
        }

        private synchronized void keep(Connection connection) throws SQLException {
            if (isOver) {
                connection.close();
            } else {
                taken.add(connection);
            }
        }

        synchronized void release() {
            isOver = true;
            for (Connection connection : taken) {
                try {
                    connection.close();
                } catch (SQLException e) {
                    // It is gone.
                }
            }
        }
    }
}
