package dev.roster.store;

import java.time.InstantSource;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Durable entries in numbered partitions, for data of high volume: nothing here has a revision, is
 * watched or is kept after it was removed. A queue belongs to its store and is as durable.
 *
 * <p>Anybody may put entries. The owner of a partition takes them, and its batches carry the {@link
 * dev.roster.Fence fence} of its ownership, which is looked at in the transaction that applies
 * them: what a former owner sends is refused, however late it arrives.
 *
 * <p>Reads see what was applied before they began. Nothing else is said of the order in which
 * entries of several writers become visible: one that stands before others may appear after them.
 *
 * <p>All methods block, may be called by any number of threads at once, and can be interrupted. The
 * batches of one call, and of several that are in flight, are sent together where the store can.
 */
public interface Queue extends AutoCloseable {
    /** How many partitions a queue can have. */
    int PARTITIONS = 1 << 20;

    /**
     * A queue that is kept as entries of a store, of whatever kind: what {@link Store#queue} gives
     * for stores that have no way of their own. The store has no clock, so another one tells {@link
     * QueuePage#now}.
     *
     * @throws dev.roster.InvalidInputException as for {@link Store#queue}
     */
    static Queue over(Store store, String name, InstantSource clock) {
        return new StoreQueue(store, name, clock);
    }

    /** The queue's name. */
    String name();

    /**
     * Reads ranges, all in one go where the store can; not necessarily as they are together at one
     * moment.
     *
     * @throws dev.roster.StoreUnavailableException nothing was read
     */
    QueuePage read(List<QueueRange> ranges);

    /**
     * How many entries a range has; its {@code atMost} is no limit here. May have to look at each.
     *
     * @throws dev.roster.StoreUnavailableException it could not be told
     */
    long count(QueueRange range);

    /**
     * Applies batches, each for itself, in any order.
     *
     * @return how each ended, in the order given
     * @throws dev.roster.InvalidInputException a batch breaks a limit; none was sent
     */
    List<QueueResult> apply(List<QueueBatch> batches);

    /** As {@link #apply(List)}, for one. */
    default QueueResult apply(QueueBatch batch) {
        return apply(List.of(batch)).getFirst();
    }

    /**
     * Removes the entries of a range, as many as {@code atMost}, the first ones first. What was
     * removed before a failure stays removed.
     *
     * @return how many
     * @throws dev.roster.StoreUnavailableException some may have been removed
     */
    int prune(QueueRange range);

    /**
     * Tells a listener the partitions that applied batches {@linkplain QueueBatch#wakes wake}, in
     * this process or another, soon and on any thread; −1 when all should be looked at. It is a
     * hint: a call can be missing, so look now and then without.
     *
     * @return ends it when it is closed
     */
    Waking listen(IntConsumer woken);

    /** What one batch can carry; {@link QueueBatch#size} counts as operations. */
    StoreLimits limits();

    /** Ends what listens. The store stays open. Calling it again does nothing. */
    @Override
    void close();

    /** A listener that is told of wakes until this is closed. */
    interface Waking extends AutoCloseable {
        @Override
        void close();
    }
}
