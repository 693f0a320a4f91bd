package dev.roster.sql.postgres;

import dev.roster.store.Queue;
import dev.roster.store.Store;
import dev.roster.testkit.QueueContract;
import java.time.InstantSource;

/** The general queue keeps the contract on PostgreSQL. */
final class GeneralPostgresQueueTest extends QueueContract {
    private final String url = SharedPostgres.url(SharedPostgres.newSchema());

    @Override
    protected Store open() {
        return Store.open(url);
    }

    @Override
    protected Queue queue(Store of, String name) {
        return Queue.over(of, name, InstantSource.system());
    }
}
