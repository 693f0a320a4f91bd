package dev.roster.testkit.witness;

import dev.roster.RosterException;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.Shelf;
import dev.roster.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Writes down which recorded batches of a queue were applied, by their {@linkplain JobTrail marks},
 * and removes those; from a connection on which no fault is. While the store is away it waits.
 */
public final class QueueWatcher implements AutoCloseable {
    private static final long LOOK_MILLIS = 200;

    /** Most marks that are removed at once: a store may take no more in one batch. */
    private static final int AT_ONCE = 50;

    private final Supplier<Store> opener;
    private final String queue;
    private final int partitions;
    private final HistoryFile history;
    private final Thread thread;
    private volatile boolean closing;

    /**
     * Begins to watch, on a thread of its own.
     *
     * @param opener opens the store, with an exception while that is not possible; each call gives
     *     a store of its own
     * @param queue the queue's name
     * @param partitions how many it has
     * @param history is closed with the watcher
     */
    public QueueWatcher(Supplier<Store> opener, String queue, int partitions, HistoryFile history) {
        this.opener = opener;
        this.queue = queue;
        this.partitions = partitions;
        this.history = history;
        thread = Thread.ofPlatform().daemon().name("queue-watcher").start(this::run);
    }

    private void run() {
        boolean isOver = false;
        while (!isOver) {
            try (Store store = opener.get();
                    Queue own = store.queue(queue)) {
                while (!isOver) {
                    // Whoever closes this has it look once more.
                    boolean isLast = closing;
                    isOver = look(own) < AT_ONCE && isLast;
                    if (!isLast) {
                        Thread.sleep(LOOK_MILLIS);
                    }
                }
            } catch (RosterException e) {
                isOver = closing;
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** The most that was found in one partition. */
    private int look(Queue own) {
        List<QueueRange> ranges = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            ranges.add(
                    new QueueRange(
                            JobTrail.FIRST_PARTITION + partition,
                            Shelf.TICKET,
                            null,
                            null,
                            AT_ONCE));
        }
        int most = 0;
        for (List<QueueEntry> found : own.read(ranges).entries()) {
            long at = System.nanoTime();
            found.forEach(entry -> history.write(QueueLines.applied(at, entry.place().id())));
            if (!found.isEmpty()) {
                most = Math.max(most, found.size());
                List<QueueOperation> gone = new ArrayList<>();
                for (QueueEntry entry : found) {
                    Place place = entry.place();
                    gone.add(new QueueOperation.Remove(entry.partition(), Shelf.TICKET, place));
                }
                var unused = own.apply(new QueueBatch(List.of(), List.of(), gone, Set.of()));
            }
        }
        return most;
    }

    private void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            closing = true;
        }
    }

    /** Looks once more, and ends. */
    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join(10_000);
        thread.interrupt();
        history.close();
    }
}
