package dev.roster.testkit;

import dev.roster.store.MemoryStore;
import dev.roster.store.Store;
import java.util.UUID;

class MemoryRecurringTest extends RecurringContract {
    private final String name = UUID.randomUUID().toString();

    @Override
    protected Store open() {
        return MemoryStore.shared(name);
    }
}
