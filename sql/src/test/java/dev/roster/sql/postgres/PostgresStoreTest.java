package dev.roster.sql.postgres;

import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;

/** The PostgreSQL store keeps the contract. */
final class PostgresStoreTest extends StoreContract {
    private final String url = SharedPostgres.url(SharedPostgres.newSchema());

    @Override
    protected Store open() {
        return Store.open(url);
    }
}
