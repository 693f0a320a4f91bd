package dev.roster.etcd;

import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** The etcd store keeps the contract. */
final class EtcdStoreTest extends StoreContract {
    private final String url = SharedEtcd.newUrl();
    private @Nullable Compactor compactor;

    @Override
    protected Store open() {
        return EtcdStore.open(url);
    }

    /** etcd forgets when it is told to, and not by the number of changes. */
    @BeforeEach
    void compactWhileOneIsLeftBehind(TestInfo test) {
        if (test.getDisplayName().startsWith("a_watch_that_was_left_behind")) {
            compactor = new Compactor(SharedEtcd.get());
        }
    }

    @AfterEach
    void compactNoMore() {
        Compactor running = compactor;
        if (running != null) {
            running.close();
        }
    }
}
