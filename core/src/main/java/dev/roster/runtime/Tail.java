package dev.roster.runtime;

import dev.roster.StoreClosedException;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.Event;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a range and follows its changes from there, on a thread of its own, until closed. */
final class Tail implements Runnable, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Store store;
    private final Range range;
    private final boolean beats;
    private final Consumer<Event> to;
    private volatile boolean closed;
    private @Nullable Watch watch;

    Tail(Store store, Range range, boolean beats, Consumer<Event> to) {
        this.store = store;
        this.range = range;
        this.beats = beats;
        this.to = to;
    }

    @Override
    public void run() {
        // The machine asks again for the group's records; beats are followed until further notice.
        do {
            readAndFollow();
        } while (beats && !closed && slept());
        close();
    }

    private boolean slept() {
        try {
            Thread.sleep(PATIENCE.toMillis() / 5);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void readAndFollow() {
        try {
            Snapshot snapshot = store.read(range);
            tell(
                    beats
                            ? new Event.BeatsRead(snapshot.entries())
                            : new Event.GroupRead(
                                    snapshot.entries(), snapshot.revision(), snapshot.identity()));
            Watch opened = store.watch(range, snapshot.revision());
            synchronized (this) {
                watch = opened;
            }
            boolean going = true;
            while (going && !closed) {
                going = follow(opened);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        } catch (StoreClosedException e) {
            // For good: no member can come back by a store that is closed.
            tell(new Event.Cancel());
            closed = true;
        } catch (RuntimeException e) {
            if (!beats) {
                tell(new Event.GroupUnreadable(String.valueOf(e.getMessage())));
            }
        }
    }

    private boolean follow(Watch from) throws InterruptedException {
        Watch.Batch batch;
        try {
            batch = from.next(PATIENCE);
        } catch (StoreUnavailableException e) {
            Thread.sleep(PATIENCE.toMillis() / 5);
            return true;
        }
        switch (batch) {
            case Watch.Batch.Changes changes -> {
                if (!changes.changes().isEmpty() && beats) {
                    tell(new Event.BeatsChanged(changes.changes()));
                } else if (!beats && !changes.changes().isEmpty()) {
                    tell(new Event.GroupChanged(changes.changes(), changes.revision()));
                }
                return true;
            }
            case Watch.Batch.MustReread reread -> {
                if (!beats) {
                    tell(new Event.GroupMissed(reread.why()));
                }
                from.close();
                return false;
            }
        }
    }

    private void tell(Event event) {
        if (!closed) {
            to.accept(event);
        }
    }

    @Override
    public void close() {
        closed = true;
        Watch open;
        synchronized (this) {
            open = watch;
        }
        if (open != null) {
            open.close();
        }
    }
}
