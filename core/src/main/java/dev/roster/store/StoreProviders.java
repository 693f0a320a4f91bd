package dev.roster.store;

import dev.roster.Limits;
import dev.roster.StoreRefusedException;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds the provider for a URL. */
final class StoreProviders {
    private StoreProviders() {}

    static Store open(String url) {
        TreeMap<String, StoreProvider> known = new TreeMap<>();
        known.put(MemoryStoreProvider.SCHEME, new MemoryStoreProvider());
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class)) {
            known.put(provider.scheme(), provider);
        }
        int colon = url.indexOf(':');
        String scheme = colon < 0 ? "" : url.substring(0, colon);
        return Optional.ofNullable(known.get(scheme))
                .orElseThrow(() ->
                        new StoreRefusedException(
                                "No store is known for %s. Known here: %s. Write one as scheme:rest, such as sqlite:work.db."
                                        .formatted(
                                                scheme.isEmpty()
                                                        ? Limits.quoted(url)
                                                        : "the scheme " + Limits.quoted(scheme),
                                                String.join(", ", known.keySet()))))
                .open(url);
    }
}
