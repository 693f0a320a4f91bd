package dev.roster.testkit.witness;

import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * Writes down all that happens to the records of a group and to effects in the store, whoever did
 * it, from a connection on which no fault is. While the store is away it waits; when the store is
 * another one, or has forgotten changes, it writes down what the store holds.
 */
public final class StoreWatcher implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final long RETRY_MILLIS = 100;

    private final Supplier<Store> opener;
    private final StoreKeys keys;
    private final HistoryFile history;
    private final Thread thread;
    private final CountDownLatch first = new CountDownLatch(1);
    private volatile boolean closed;

    /**
     * Begins to watch, on a thread of its own.
     *
     * @param opener opens the store, with an exception while that is not possible; each call gives
     *     a store of its own
     * @param group the group's name
     * @param history is closed with the watcher
     */
    public StoreWatcher(Supplier<Store> opener, String group, HistoryFile history) {
        this.opener = opener;
        this.keys = new StoreKeys(group);
        this.history = history;
        thread = Thread.ofPlatform().daemon().name("store-watcher").start(this::run);
    }

    /** Waits until the first content is written down: what happens from then on is not missed. */
    public void awaitFirst() throws InterruptedException {
        first.await();
    }

    private void run() {
        while (!closed) {
            try (Store store = opener.get()) {
                follow(store, keys.range());
            } catch (RuntimeException e) {
                // The store is away; what is missed meanwhile the next content tells.
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void follow(Store store, Range range) throws InterruptedException {
        while (!closed) {
            Snapshot content = read(store, range);
            String identity = content.identity().id();
            List<Entry> own =
                    content.entries().stream().filter(entry -> keys.isOurs(entry.key())).toList();
            history.write(StoreLines.content(System.nanoTime(), identity, content.revision(), own));
            first.countDown();
            try (Watch watch = store.watch(range, content.revision())) {
                follow(watch, identity);
            }
        }
    }

    private Snapshot read(Store store, Range range) throws InterruptedException {
        while (true) {
            try {
                return store.read(range);
            } catch (StoreUnavailableException e) {
                if (closed) {
                    throw e;
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    private void follow(Watch watch, String identity) throws InterruptedException {
        while (!closed) {
            try {
                switch (watch.next(LOOK)) {
                    case Watch.Batch.Changes changes -> write(changes, identity);
                    case Watch.Batch.MustReread reread -> {
                        return;
                    }
                }
            } catch (StoreUnavailableException e) {
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    private void write(Watch.Batch.Changes changes, String identity) {
        long at = System.nanoTime();
        Map<Long, List<Change>> byRevision = new LinkedHashMap<>();
        for (Change change : changes.changes()) {
            if (keys.isOurs(change.key())) {
                byRevision
                        .computeIfAbsent(change.revision(), none -> new ArrayList<>())
                        .add(change);
            }
        }
        byRevision.forEach((revision, together) ->
                history.write(StoreLines.change(at, identity, revision, together)));
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join(2000);
        thread.interrupt();
        history.close();
    }
}
