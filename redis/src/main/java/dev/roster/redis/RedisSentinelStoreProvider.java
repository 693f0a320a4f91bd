package dev.roster.redis;

import dev.roster.store.Store;
import dev.roster.store.StoreProvider;

/** Opens {@code redis-sentinel://}: servers that Sentinel guards. */
public final class RedisSentinelStoreProvider implements StoreProvider {
    /** For {@link java.util.ServiceLoader}. */
    public RedisSentinelStoreProvider() {}

    @Override
    public String scheme() {
        return RedisUrl.Kind.SENTINEL.scheme();
    }

    @Override
    public Store open(String url) {
        return new RedisStore(RedisUrl.parse(RedisUrl.Kind.SENTINEL, url));
    }
}
