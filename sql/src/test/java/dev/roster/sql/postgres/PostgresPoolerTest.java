package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;
import dev.roster.testkit.server.PgBouncer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Behind PgBouncer in transaction mode the store keeps the contract by polling: no session is its
 * own for two transactions in a row, so nothing of a session may be relied on.
 */
final class PostgresPoolerTest extends StoreContract {
    /** Fewer than the store's connections, so that they do change sessions. */
    private static final int SESSIONS = 3;

    private static @Nullable PgBouncer pooler;

    private final String url = url() + "?schema=" + SharedPostgres.newSchema();

    @BeforeAll
    static void startPooler() {
        pooler = PgBouncer.before(SharedPostgres.server(), SESSIONS);
    }

    @AfterAll
    static void endPooler() {
        PgBouncer running = pooler;
        if (running != null) {
            running.close();
        }
    }

    private static String url() {
        PgBouncer running = pooler;
        if (running == null) {
            throw new IllegalStateException("no test is running");
        }
        return running.url();
    }

    @Override
    protected Store open() {
        return Store.open(url);
    }

    @Test
    void the_pooler_is_found_out() {
        assertThat(store().ties().own()).isEmpty();
        try (Store direct = Store.open(SharedPostgres.url(SharedPostgres.newSchema()))) {
            assertThat(direct.ties().own()).isNotEmpty();
        }
    }
}
