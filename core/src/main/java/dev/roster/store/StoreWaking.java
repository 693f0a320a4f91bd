package dev.roster.store;

import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.StoreClosedException;
import dev.roster.StoreUnavailableException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Follows the key of a {@link StoreQueue}'s wakes and tells a listener. */
final class StoreWaking implements Queue.Waking {
    /** In place of partitions: more were woken than are named. */
    static final String ALL = "*";

    private static final int EVERY_PARTITION = -1;
    private static final Duration STEP = Duration.ofMinutes(1);

    /** After a failure, before the store is asked again. */
    private static final long PAUSE_MILLIS = 500;

    private final Store store;
    private final Range key;
    private final IntConsumer woken;
    private final Consumer<StoreWaking> ended;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Watch watch;

    StoreWaking(Store store, String key, IntConsumer woken, Consumer<StoreWaking> ended) {
        this.store = store;
        this.key = Range.key(key);
        this.woken = woken;
        this.ended = ended;
    }

    /** What is woken after this has returned is told, if the store can be asked now. */
    void start(String queue) {
        boolean isWatching = open();
        Thread.ofVirtual().name("roster-queue-" + queue).start(() -> run(isWatching));
    }

    private boolean open() {
        try {
            Watch opened = store.watch(key, store.read(key).revision());
            watch = opened;
            if (closed.getCount() == 0) {
                // Too late for close to have seen it.
                opened.close();
            }
            return true;
        } catch (StoreClosedException e) {
            closed.countDown();
            return false;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    private void run(boolean isWatching) {
        try {
            boolean isOpen = isWatching;
            while (isOpen || !closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                if (!isOpen) {
                    isOpen = open();
                    if (isOpen) {
                        tell(EVERY_PARTITION);
                    }
                } else {
                    isOpen = follow();
                }
            }
        } catch (InterruptedException | IllegalStateException e) {
            // The store was closed, or this was.
        } finally {
            close();
        }
    }

    /** Tells what comes next; false if the watch has ended. */
    private boolean follow() throws InterruptedException {
        Watch following = watch;
        if (following == null) {
            return false;
        }
        try {
            switch (following.next(STEP)) {
                case Watch.Batch.Changes changes -> {
                    Set<Integer> partitions = new LinkedHashSet<>();
                    for (Change change : changes.changes()) {
                        read(change.now(), partitions);
                    }
                    partitions.forEach(this::tell);
                    return true;
                }
                case Watch.Batch.MustReread must -> {
                    following.close();
                    return false;
                }
            }
        } catch (StoreUnavailableException e) {
            following.close();
            return false;
        }
    }

    private static void read(@Nullable Entry wake, Set<Integer> partitions) {
        String text = wake == null ? ALL : wake.value().toUtf8();
        try {
            for (String partition : text.split(",", -1)) {
                partitions.add(
                        partition.equals(ALL) ? EVERY_PARTITION : Integer.parseInt(partition));
            }
        } catch (NumberFormatException e) {
            // Not written by a queue.
            partitions.add(EVERY_PARTITION);
        }
    }

    private void tell(int partition) {
        if (closed.getCount() > 0) {
            try {
                woken.accept(partition);
            } catch (RuntimeException e) {
                // The listener's own affair: this was a hint, and there will be others.
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Watch following = watch;
        if (following != null) {
            following.close();
        }
        ended.accept(this);
    }
}
