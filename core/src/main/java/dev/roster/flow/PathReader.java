package dev.roster.flow;

import dev.roster.Entry;
import dev.roster.StoreClosedException;
import dev.roster.StoreIdentity;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.PathState;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.Utf8Order;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Reads what lies below a path, page by page, and follows its changes. For one thread. */
final class PathReader {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final long RETRY_NANOS = 100_000_000;

    /** How long a listing waits for a store that does not answer. */
    static final Duration LIST_PATIENCE = Duration.ofSeconds(30);

    private final Store store;
    private final Path path;
    private final FlowOptions options;
    private final Tally tally;
    private final BooleanSupplier isOver;
    private final Consumer<PathState.Told> to;
    private final PathState state;
    private final LongConsumer onTold;
    private volatile @Nullable Watch watch;
    private volatile boolean readAgain;

    /**
     * Begins when it is told to.
     *
     * @param isOver whether to stop
     * @param to told of what is new, in order
     * @param onTold told up to which revision everything was told
     */
    PathReader(
            Store store,
            Path path,
            FlowOptions options,
            Tally tally,
            BooleanSupplier isOver,
            Consumer<PathState.Told> to,
            LongConsumer onTold) {
        this.store = store;
        this.path = path;
        this.options = options;
        this.tally = tally;
        this.isOver = isOver;
        this.to = to;
        this.onTold = onTold;
        this.state = new PathState(Utf8Order.COMPARATOR, path::contains, options.previous());
    }

    /**
     * Lists once, in pages.
     *
     * @throws StoreUnavailableException the store did not answer for {@link #LIST_PATIENCE}
     */
    void list() throws InterruptedException {
        Range rest = path.range();
        while (!isOver.getAsBoolean()) {
            Snapshot page = page(rest.limit(options.pageSize()), LIST_PATIENCE.toNanos());
            if (page == null) {
                return;
            }
            List<Entry> entries = page.entries();
            for (Entry entry : entries) {
                // Nothing is compared with it later, so nothing is remembered.
                if (path.contains(entry.key()) && !isOver.getAsBoolean()) {
                    to.accept(new PathState.Told.Listed(entry));
                }
            }
            if (entries.size() < options.pageSize()) {
                return;
            }
            rest = rest.after(entries.getLast().key());
        }
    }

    /**
     * Reads, and follows until it is over.
     *
     * @param paged whether to tell of what is there, page by page; otherwise that is only noted
     */
    void follow(boolean paged) throws InterruptedException {
        // Without handlers for what is there, one reading: changes begin at its revision.
        int pageSize = paged ? options.pageSize() : Integer.MAX_VALUE;
        while (!isOver.getAsBoolean()) {
            readAgain = false;
            read(pageSize);
            pageSize = options.pageSize();
            if (!isOver.getAsBoolean()) {
                watch();
                tally.rereads.add(isOver.getAsBoolean() || readAgain ? 0 : 1);
            }
        }
    }

    /** Reads again at once, instead of waiting to be told; for any thread. */
    void readNow() {
        readAgain = true;
        wake();
    }

    private void read(int pageSize) throws InterruptedException {
        Range rest = path.range();
        StoreIdentity begun = null;
        while (!isOver.getAsBoolean()) {
            Snapshot page = page(rest.limit(pageSize), Long.MAX_VALUE);
            if (page == null) {
                return;
            }
            if (begun != null && !begun.equals(page.identity())) {
                // Pages of two stores are no reading of either.
                state.abandon();
                rest = path.range();
                begun = null;
                continue;
            }
            begun = page.identity();
            List<Entry> entries = page.entries();
            boolean isLast = entries.size() < pageSize;
            String upTo = isLast ? null : entries.getLast().key();
            tell(state.page(entries, page.revision(), upTo, page.identity()));
            if (upTo == null) {
                onTold.accept(state.position());
                return;
            }
            rest = rest.after(upTo);
        }
    }

    private @Nullable Snapshot page(Range range, long patienceNanos) throws InterruptedException {
        long begin = System.nanoTime();
        while (!isOver.getAsBoolean()) {
            try {
                return store.read(range);
            } catch (StoreClosedException e) {
                throw e;
            } catch (StoreUnavailableException e) {
                tally.outages.increment();
                if (System.nanoTime() - begin > patienceNanos) {
                    throw e;
                }
                rest();
            }
        }
        return null;
    }

    private static void rest() throws InterruptedException {
        LockSupport.parkNanos(RETRY_NANOS);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Follows the changes until some were missed, or it is over. */
    private void watch() throws InterruptedException {
        try (Watch opened = opened()) {
            watch = opened;
            while (opened != null && !isOver.getAsBoolean() && !readAgain && look(opened)) {
                // What it found was told.
            }
        } finally {
            watch = null;
        }
    }

    private @Nullable Watch opened() throws InterruptedException {
        while (!isOver.getAsBoolean()) {
            try {
                Watch opened = store.watch(path.range(), state.position());
                if (store.identity().equals(state.store())) {
                    return opened;
                }
                // Another store's revisions: it has to be read first.
                opened.close();
                return null;
            } catch (StoreClosedException e) {
                throw e;
            } catch (StoreUnavailableException e) {
                tally.outages.increment();
                rest();
            }
        }
        return null;
    }

    private boolean look(Watch from) throws InterruptedException {
        try {
            switch (from.next(PATIENCE)) {
                case Watch.Batch.Changes changes -> {
                    tell(state.change(changes.changes(), changes.revision()));
                    onTold.accept(state.position());
                    return true;
                }
                case Watch.Batch.MustReread reread -> {
                    return false;
                }
            }
        } catch (StoreUnavailableException e) {
            tally.outages.increment();
            rest();
            return true;
        } catch (IllegalStateException e) {
            if (isOver.getAsBoolean() || readAgain) {
                return false;
            }
            throw e;
        }
    }

    private void tell(List<PathState.Told> told) {
        for (PathState.Told one : told) {
            if (isOver.getAsBoolean()) {
                return;
            }
            to.accept(one);
        }
    }

    /** Lets the thread go that waits for changes. */
    void wake() {
        Watch open = watch;
        if (open != null) {
            open.close();
        }
    }
}
