package dev.roster.redis;

import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;

/** The Redis store keeps the contract. */
final class RedisStoreTest extends StoreContract {
    private final String url = SharedServer.newUrl();

    @Override
    protected Store open() {
        return RedisStore.open(url);
    }
}
