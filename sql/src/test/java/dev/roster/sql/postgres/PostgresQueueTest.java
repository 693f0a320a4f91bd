package dev.roster.sql.postgres;

import dev.roster.store.Store;
import dev.roster.testkit.QueueContract;

/** A queue in PostgreSQL keeps the contract. */
final class PostgresQueueTest extends QueueContract {
    private final String url = SharedPostgres.url(SharedPostgres.newSchema());

    @Override
    protected Store open() {
        return Store.open(url);
    }
}
