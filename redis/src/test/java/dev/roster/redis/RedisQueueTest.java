package dev.roster.redis;

import dev.roster.store.Store;
import dev.roster.testkit.QueueContract;

/** A queue on Redis keeps the contract. */
final class RedisQueueTest extends QueueContract {
    private final String url = SharedServer.newUrl();

    @Override
    protected Store open() {
        return RedisStore.open(url);
    }
}
