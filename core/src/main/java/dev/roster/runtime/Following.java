package dev.roster.runtime;

import dev.roster.Change;
import dev.roster.StoreClosedException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range and follows its changes, for as long as the store is open, on a daemon thread of
 * its own: after an outage from where it was, after missed changes by reading again.
 */
public final class Following implements AutoCloseable {
    /** How long one look at the watch waits. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final long RETRY_MILLIS = 100;
    private static final AtomicLong COUNT = new AtomicLong();

    /** Told what happens, on the following's thread. */
    public interface Follower {
        /** The range was read; changes are told from there. */
        void read(Snapshot snapshot);

        /** Changes were told up to a revision; none when there was nothing to tell. */
        void changed(List<Change> changes, long revision);

        /** The store does not answer now. */
        void unreachable();

        /** The store was closed, or the following failed: nothing more is told. */
        void ended(@Nullable RuntimeException why);
    }

    private final Store store;
    private final Range range;
    private final Follower follower;
    private final Thread thread;
    private @Nullable Snapshot first;
    private volatile boolean closed;

    /** Begins when it is started. */
    public Following(String name, Store store, Range range, Follower follower) {
        this.store = store;
        this.range = range;
        this.follower = follower;
        this.thread = new Thread(this::run, "roster-" + name + "-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
    }

    /**
     * Follows from a reading, which is not told, or from a reading of its own.
     *
     * @param from the reading that is known, null for none
     */
    public Following start(@Nullable Snapshot from) {
        first = from;
        thread.start();
        return this;
    }

    private void run() {
        RuntimeException why = null;
        try {
            follow(first);
            while (!closed) {
                follow(null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            why = closed ? null : e;
        }
        follower.ended(why);
    }

    /** Follows from a reading, known or its own, until changes were missed. */
    private void follow(@Nullable Snapshot known) throws InterruptedException {
        try {
            Snapshot from = known;
            if (from == null) {
                from = store.read(range);
                follower.read(from);
            }
            try (Watch watch = store.watch(range, from.revision())) {
                // Of another store by now, revisions would say nothing.
                boolean same = store.identity().equals(from.identity());
                while (same && !closed) {
                    if (!look(watch)) {
                        return;
                    }
                }
            }
        } catch (StoreClosedException e) {
            throw e;
        } catch (StoreUnavailableException e) {
            follower.unreachable();
            Thread.sleep(RETRY_MILLIS);
        }
    }

    private boolean look(Watch watch) throws InterruptedException {
        try {
            switch (watch.next(PATIENCE)) {
                case Watch.Batch.Changes changes -> {
                    follower.changed(changes.changes(), changes.revision());
                    return true;
                }
                case Watch.Batch.MustReread reread -> {
                    return false;
                }
            }
        } catch (StoreUnavailableException e) {
            // The watch goes on where it was.
            follower.unreachable();
            Thread.sleep(RETRY_MILLIS);
            return true;
        }
    }

    /** Ends it, without waiting. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
