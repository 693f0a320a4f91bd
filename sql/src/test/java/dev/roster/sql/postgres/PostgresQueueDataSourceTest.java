package dev.roster.sql.postgres;

import com.zaxxer.hikari.HikariDataSource;
import dev.roster.store.Store;
import dev.roster.testkit.QueueContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A queue over an application's own pool keeps the contract. */
final class PostgresQueueDataSourceTest extends QueueContract {
    private static @Nullable HikariDataSource pool;

    private final PostgresOptions options =
            PostgresOptions.DEFAULTS.withSchema(SharedPostgres.newSchema());

    @BeforeAll
    static void openPool() {
        pool = PostgresDataSourceTest.newPool(30);
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
}
