package dev.roster.etcd;

import dev.roster.store.Store;
import dev.roster.store.StoreProvider;

/** Opens {@code etcd://HOST:PORT}; see {@link EtcdStore#open(String)}. */
public final class EtcdStoreProvider implements StoreProvider {
    static final String SCHEME = "etcd";

    /** For {@link java.util.ServiceLoader}. */
    public EtcdStoreProvider() {}

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public Store open(String url) {
        return EtcdStore.open(url);
    }
}
