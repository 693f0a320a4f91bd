package dev.roster.testkit;

import dev.roster.store.MemoryStore;
import dev.roster.store.Store;

/** The memory store keeps the contract. */
final class MemoryStoreTest extends StoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Store open() {
        return store;
    }
}
