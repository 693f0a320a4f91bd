package dev.roster.testkit;

import dev.roster.store.MemoryStore;
import dev.roster.store.Store;

/** A queue in memory, which is the general one, keeps the contract. */
final class MemoryQueueTest extends QueueContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected Store open() {
        return store;
    }
}
