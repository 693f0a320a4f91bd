package dev.roster.redis;

import dev.roster.store.Queue;
import dev.roster.store.Store;
import dev.roster.testkit.QueueContract;
import java.time.InstantSource;

/** The general queue keeps the contract on Redis. */
final class GeneralRedisQueueTest extends QueueContract {
    private final String url = SharedServer.newUrl();

    @Override
    protected Store open() {
        return RedisStore.open(url);
    }

    @Override
    protected Queue queue(Store of, String name) {
        return Queue.over(of, name, InstantSource.system());
    }
}
