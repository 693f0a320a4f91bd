package dev.roster.sql.postgres;

import dev.roster.store.Store;
import dev.roster.store.StoreProvider;

/** Opens {@code postgresql://user:password@host:port/database?schema=roster}. */
public final class PostgresStoreProvider implements StoreProvider {
    /** For {@link java.util.ServiceLoader}. */
    public PostgresStoreProvider() {}

    @Override
    public String scheme() {
        return PostgresUrl.SCHEME;
    }

    @Override
    public Store open(String url) {
        return PostgresStore.open(url);
    }
}
