package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.roster.FencedException;
import dev.roster.division.Division;
import dev.roster.division.Ownership;
import dev.roster.group.Group;
import dev.roster.group.Member;
import dev.roster.store.Store;
import dev.roster.testkit.server.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of docs/how-to/use-postgresql.md. */
@Timeout(60)
final class PostgresSnippetsTest {
    private HikariDataSource dataSource = unopened();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unopened() {
        return null;
    }

    @BeforeEach
    void makeTheTables() throws SQLException {
        PostgresServer server = SharedPostgres.server();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(
                "jdbc:postgresql://%s:%d/postgres"
                        .formatted(
                                server.address().getAddress().getHostAddress(),
                                server.address().getPort()));
        config.setUsername("postgres");
        config.setPassword(PostgresServer.PASSWORD);
        config.setMinimumIdle(0);
        dataSource = new HikariDataSource(config);
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS balance, paid");
            // tag::tables
            statement.execute("CREATE TABLE balance (account text PRIMARY KEY, cents bigint)");
            statement.execute("CREATE TABLE paid (work_key text PRIMARY KEY)");
            // end::tables
            statement.execute("INSERT INTO balance VALUES ('a', 100)");
        }
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    @Test
    void an_effect_happens_once_and_none_after_the_ownership()
            throws InterruptedException, SQLException {
        BlockingQueue<Ownership> paid = new LinkedBlockingQueue<>();
        // tag::datasource
        try (Store store = PostgresStore.open(dataSource, PostgresOptions.DEFAULTS);
                Member member = Group.join(store, "shop")) {
            // end::datasource
            Division accounts = Division.of(member, "interest");
            accounts.keys().add("a");
            accounts.start(work -> {
                payInterest(work);
                payInterest(work); // a crash before the key was done, and a second try
                paid.add(work);
            });
            Ownership old = paid.take();
            accounts.flush(Duration.ofSeconds(10));
            update("DELETE FROM paid");
            assertThatThrownBy(() -> payInterest(old)).isInstanceOf(FencedException.class);
        }
        try (Connection connection = dataSource.getConnection()) {
            assertThat(PostgresSchema.text(connection, "SELECT cents::text FROM balance"))
                    .isEqualTo("105");
        }
    }

    // tag::guard
    void payInterest(Ownership work) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                if (isFirst(connection, work.key())) {
                    try (PreparedStatement update =
                            connection.prepareStatement(
                                    "UPDATE balance SET cents = cents * 105 / 100 WHERE account = ?")) {
                        update.setString(1, work.key());
                        update.executeUpdate();
                    }
                    PostgresStore.guard(connection, work.fence()); // throws if the key is not ours
                }
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private static boolean isFirst(Connection connection, String key) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO paid VALUES (?) ON CONFLICT DO NOTHING")) {
            insert.setString(1, key);
            return insert.executeUpdate() > 0;
        }
    }

    // end::guard

    private void update(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
