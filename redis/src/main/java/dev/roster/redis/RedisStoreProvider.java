package dev.roster.redis;

import dev.roster.store.Store;
import dev.roster.store.StoreProvider;

/** Opens {@code redis://}: a server, or nodes of a cluster. */
public final class RedisStoreProvider implements StoreProvider {
    /** For {@link java.util.ServiceLoader}. */
    public RedisStoreProvider() {}

    @Override
    public String scheme() {
        return RedisUrl.Kind.PLAIN.scheme();
    }

    @Override
    public Store open(String url) {
        return new RedisStore(RedisUrl.parse(RedisUrl.Kind.PLAIN, url));
    }
}
