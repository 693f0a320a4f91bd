package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.roster.CommitResult;
import dev.roster.sql.Puts;
import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;
import dev.roster.testkit.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The contract over an application's own pool, and what happens when the application uses it up.
 */
final class PostgresDataSourceTest extends StoreContract {
    private static @Nullable HikariDataSource pool;

    private final PostgresOptions options =
            PostgresOptions.DEFAULTS.withSchema(SharedPostgres.newSchema());

    static HikariDataSource newPool(int size) {
        PostgresServer server = SharedPostgres.server();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(
                "jdbc:postgresql://%s:%d/postgres"
                        .formatted(
                                server.address().getAddress().getHostAddress(),
                                server.address().getPort()));
        config.setUsername("postgres");
        config.setPassword(PostgresServer.PASSWORD);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(10_000);
        return new HikariDataSource(config);
    }

    @BeforeAll
    static void openPool() {
        pool = newPool(30);
    }

    @AfterAll
    static void closePool() {
        HikariDataSource open = pool;
        if (open != null) {
            open.close();
        }
    }

    @Override
    protected Store open() {
        HikariDataSource open = pool;
        if (open == null) {
            throw new IllegalStateException("no test is running");
        }
        return PostgresStore.open(open, options);
    }

    @Test
    void an_application_that_uses_up_its_pool_does_not_stop_commits() throws SQLException {
        try (HikariDataSource small = newPool(4);
                Store store = PostgresStore.open(small, options)) {
            small.setConnectionTimeout(1000);
            Puts.applied(store, "beat", "1");
            List<Connection> all = new ArrayList<>();
            try {
                while (all.size() < 2) {
                    all.add(small.getConnection());
                }
                for (int n = 0; n < 20; n++) {
                    assertThat(store.commit(Puts.put("beat", "n" + n)))
                            .isInstanceOf(CommitResult.Applied.class);
                }
            } finally {
                for (Connection connection : all) {
                    connection.close();
                }
            }
            assertThat(Puts.value(store, "beat")).isEqualTo("n19");
        }
    }
}
