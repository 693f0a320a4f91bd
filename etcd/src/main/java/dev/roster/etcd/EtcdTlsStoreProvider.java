package dev.roster.etcd;

import dev.roster.store.Store;
import dev.roster.store.StoreProvider;

/** Opens {@code etcds://HOST:PORT}, which is etcd with TLS; see {@link EtcdStore#open(String)}. */
public final class EtcdTlsStoreProvider implements StoreProvider {
    static final String SCHEME = "etcds";

    /** For {@link java.util.ServiceLoader}. */
    public EtcdTlsStoreProvider() {}

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public Store open(String url) {
        return EtcdStore.open(url);
    }
}
