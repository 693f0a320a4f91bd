package dev.roster.redis;

import dev.roster.store.Store;
import dev.roster.store.StoreProvider;

/** Opens {@code rediss://}: the same, with TLS. */
public final class RedissStoreProvider implements StoreProvider {
    /** For {@link java.util.ServiceLoader}. */
    public RedissStoreProvider() {}

    @Override
    public String scheme() {
        return RedisUrl.Kind.TLS.scheme();
    }

    @Override
    public Store open(String url) {
        return new RedisStore(RedisUrl.parse(RedisUrl.Kind.TLS, url));
    }
}
