package dev.roster.redis;

import dev.roster.store.Store;
import dev.roster.testkit.BadInputContract;

class RedisBadInputTest extends BadInputContract {
    private final String url = SharedServer.newUrl();

    @Override
    protected Store open() {
        return RedisStore.open(url);
    }
}
