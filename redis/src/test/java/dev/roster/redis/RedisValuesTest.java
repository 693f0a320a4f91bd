package dev.roster.redis;

import dev.roster.store.Store;
import dev.roster.testkit.ValuesContract;

class RedisValuesTest extends ValuesContract {
    private final String url = SharedServer.newUrl();

    @Override
    protected Store open() {
        return RedisStore.open(url);
    }
}
