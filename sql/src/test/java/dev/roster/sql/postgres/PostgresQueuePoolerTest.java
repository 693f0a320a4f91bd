package dev.roster.sql.postgres;

import dev.roster.store.Store;
import dev.roster.testkit.QueueContract;
import dev.roster.testkit.server.PgBouncer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A queue behind PgBouncer in transaction mode keeps the contract. */
final class PostgresQueuePoolerTest extends QueueContract {
    /** Fewer than the store's connections, so that they do change sessions. */
    private static final int SESSIONS = 3;

    private static @Nullable PgBouncer pooler;

    private final String schema = SharedPostgres.newSchema();

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

    @Override
    protected Store open() {
        PgBouncer running = pooler;
        if (running == null) {
            throw new IllegalStateException("no test is running");
        }
        return Store.open(running.url() + "?schema=" + schema);
    }
}
