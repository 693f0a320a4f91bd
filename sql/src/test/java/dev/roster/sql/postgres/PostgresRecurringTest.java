package dev.roster.sql.postgres;

import dev.roster.store.Store;
import dev.roster.testkit.RecurringContract;

class PostgresRecurringTest extends RecurringContract {
    private final String url = SharedPostgres.url(SharedPostgres.newSchema());

    @Override
    protected Store open() {
        return Store.open(url);
    }
}
