package dev.roster.testkit;

import dev.roster.store.Queue;
import dev.roster.store.Store;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Queue} has to do. A store's test extends this class and says how to open the
 * store. The cases are in interfaces, one for each side of a queue.
 */
@Timeout(120)
public abstract class QueueContract
        implements QueueReadCases,
                QueueBatchCases,
                QueueFenceCases,
                QueueLimitCases,
                QueueLifeCases,
                QueueConcurrencyCases,
                QueueModelCases {
    private static final String NAME = "tested/queue";

    private final List<Store> opened = new ArrayList<>();
    private @Nullable Store store;
    private @Nullable Queue first;
    private @Nullable Queue second;

    /** For subclasses. */
    protected QueueContract() {}

    /**
     * Opens the store of the running test, empty when the test begins. Called several times in a
     * test, as if by several processes; a store that cannot do that may return the same again.
     */
    protected abstract Store open();

    /** A queue of a store: the store's own, unless another kind is to be tested. */
    protected Queue queue(Store of, String name) {
        return of.queue(name);
    }

    /** Opens the store once. */
    @BeforeEach
    final void openFirst() {
        Store opening = opened(open());
        store = opening;
        first = queue(opening, NAME);
    }

    /** Closes all that the test opened. */
    @AfterEach
    final void closeAll() {
        opened.forEach(Store::close);
        opened.clear();
        store = null;
        first = null;
        second = null;
    }

    @Override
    public final Store store() {
        return running(store);
    }

    @Override
    public final Queue queue() {
        return running(first);
    }

    @Override
    public final Queue other() {
        Queue queue = second;
        if (queue == null) {
            queue = queue(opened(open()), NAME);
            second = queue;
        }
        return queue;
    }

    @Override
    public final Queue named(String name) {
        return queue(store(), name);
    }

    private static <T> T running(@Nullable T there) {
        if (there == null) {
            throw new IllegalStateException("no test is running");
        }
        return there;
    }

    private Store opened(Store opening) {
        opened.add(opening);
        return opening;
    }
}
