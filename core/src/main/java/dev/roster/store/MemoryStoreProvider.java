package dev.roster.store;

/** Opens {@code memory:}, a store of its own, and {@code memory:NAME}, one shared in this JVM. */
final class MemoryStoreProvider implements StoreProvider {
    static final String SCHEME = "memory";

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public Store open(String url) {
        String name = url.substring(SCHEME.length() + 1);
        return name.isEmpty() ? new MemoryStore() : MemoryStore.shared(name);
    }
}
