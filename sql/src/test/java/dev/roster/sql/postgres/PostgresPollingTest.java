package dev.roster.sql.postgres;

import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;

/** Without a single notice, and without a session to rely on, the store keeps the contract. */
final class PostgresPollingTest extends StoreContract {
    private final String url =
            SharedPostgres.url(SharedPostgres.newSchema()) + "&pooler=transaction";

    @Override
    protected Store open() {
        return Store.open(url);
    }
}
