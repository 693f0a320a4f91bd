package dev.roster.it.chaos;

import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Watches the guarded effects in the order in which the store applied them. */
final class Effects implements AutoCloseable {
    private final Watch watch;
    private final Thread thread;
    private final Map<String, Long> latest = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private long count;
    private volatile boolean closed;

    Effects(Store store) {
        watch = store.watch(Range.prefix(ChaosMember.EFFECTS), 0);
        thread = Thread.ofPlatform().daemon().start(this::follow);
    }

    private void follow() {
        try {
            while (!closed) {
                try {
                    switch (watch.next(Duration.ofMillis(200))) {
                        case Watch.Batch.Changes changes -> changes.changes().forEach(this::see);
                        case Watch.Batch.MustReread reread -> {
                            fail("the referee missed changes: " + reread.why());
                            return;
                        }
                    }
                } catch (StoreUnavailableException e) {
                    // The referee looks on; the next call goes on from there.
                }
            }
        } catch (InterruptedException | IllegalStateException e) {
            closed = true;
        }
    }

    private synchronized void see(Change change) {
        Entry now = change.now();
        if (now == null) {
            return;
        }
        count++;
        long token = Long.parseLong(now.value().toUtf8());
        Long before = latest.put(change.key(), token);
        if (before != null && before > token) {
            fail(change.key() + ": token " + token + " after " + before);
        }
    }

    private synchronized void fail(String what) {
        wrong.add(what);
    }

    /** How many effects there were. */
    synchronized long count() {
        return count;
    }

    /** Effects under a token smaller than one before. */
    synchronized List<String> wrong() {
        return List.copyOf(wrong);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        watch.close();
        thread.join();
    }
}
