package dev.roster.testkit;

import dev.roster.store.Store;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What every store has to do. Extend it, say how to open the store, and run it:
 *
 * <pre>
 * final class MyStoreTest extends StoreContract {
 *     &#64;TempDir Path folder;
 *
 *     &#64;Override
 *     protected Store open() {
 *         return MyStore.open(folder.resolve("store"));
 *     }
 * }
 * </pre>
 *
 * <p>The cases are in interfaces, one for each side of a store, so that a failure names what was
 * promised.
 */
@Timeout(60)
public abstract class StoreContract
        implements ReadCases,
                CommitCases,
                LimitCases,
                WatchCases,
                WatchRaceCases,
                LifeCases,
                ConcurrencyCases,
                ModelCases,
                FaultCases {
    private final List<Store> opened = new ArrayList<>();
    private @Nullable Store first;
    private @Nullable Store second;

    /** For subclasses. */
    protected StoreContract() {}

    /**
     * Opens the store of the running test, empty when the test begins. Called several times in a
     * test, as if by several processes; a store that cannot do that may return the same again.
     */
    protected abstract Store open();

    /** Opens the store once. */
    @BeforeEach
    final void openFirst() {
        first = opened(open());
    }

    /** Closes all that the test opened. */
    @AfterEach
    final void closeAll() {
        opened.forEach(Store::close);
        opened.clear();
        first = null;
        second = null;
    }

    @Override
    public final Store store() {
        Store store = first;
        if (store == null) {
            throw new IllegalStateException("no test is running");
        }
        return store;
    }

    @Override
    public final Store other() {
        Store store = second;
        if (store == null) {
            store = opened(open());
            second = store;
        }
        return store;
    }

    private Store opened(Store store) {
        opened.add(store);
        return store;
    }
}
