package dev.roster.redis;

import dev.roster.store.Store;
import dev.roster.testkit.RoutingContract;

class RedisRoutingTest extends RoutingContract {
    private final String url = SharedServer.newUrl();

    @Override
    protected Store open() {
        return RedisStore.open(url);
    }
}
