package dev.roster.redis;

import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;

/** The contract, while every notification is lost. */
final class RedisDeafTest extends StoreContract {
    private final String url = SharedServer.newUrl();

    @Override
    protected Store open() {
        RedisStore store = RedisStore.open(url);
        store.hearNothing();
        return store;
    }
}
