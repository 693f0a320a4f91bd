package dev.roster.redis;

import dev.roster.store.Store;
import dev.roster.testkit.RecurringContract;

class RedisRecurringTest extends RecurringContract {
    private final String url = SharedServer.newUrl();

    @Override
    protected Store open() {
        return RedisStore.open(url);
    }
}
