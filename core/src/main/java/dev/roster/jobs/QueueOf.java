package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.IndeterminateException;
import dev.roster.InvalidInputException;
import dev.roster.KeyHash;
import dev.roster.Limits;
import dev.roster.Operation;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.jobs.JobsLayout;
import dev.roster.protocol.jobs.QueueRecord;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueuePage;
import dev.roster.store.QueueRange;
import dev.roster.store.Range;
import dev.roster.store.Shelf;
import dev.roster.store.Store;
import java.util.List;

/** One queue of a store, as a producer, a consumer or an administrator uses it. */
final class QueueOf implements AutoCloseable {
    /** Longest name, so that the division of its consumers can be named after it. */
    private static final int NAME_BYTES = Limits.NAME_BYTES - 10;

    private static final int TRIES = 20;

    final Store store;
    final String name;
    final Queue queue;
    final int partitions;
    final JobsLayout layout;
    final StoreTime time;

    private QueueOf(Store store, String name, Queue queue, int partitions) {
        this.store = store;
        this.name = name;
        this.queue = queue;
        this.partitions = partitions;
        this.layout = new JobsLayout(name);
        this.time =
                new StoreTime(
                        store instanceof VirtualStore virtual
                                ? () -> virtual.clock.get() * 1000
                                : System::nanoTime);
    }

    /** The queue of that name; the first who names it says how many partitions it has. */
    static QueueOf open(Store store, String name, int partitions) {
        check(name);
        if (partitions < 1 || partitions > Jobs.MOST_PARTITIONS) {
            throw new InvalidInputException(
                    "A queue of jobs has 1 to %d partitions; this one has %d."
                            .formatted(Jobs.MOST_PARTITIONS, partitions));
        }
        String key = new JobsLayout(name).queue();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            List<Entry> found = store.read(Range.key(key)).entries();
            if (!found.isEmpty()) {
                return new QueueOf(store, name, store.queue(name), known(name, found.getFirst()));
            }
            Commit commit =
                    new Commit(
                            null,
                            List.of(new Condition.Absent(key)),
                            List.of(new Operation.Put(key, new QueueRecord(partitions).toBytes())));
            if (store.commit(commit) instanceof CommitResult.Failed failed) {
                throw new StoreUnavailableException(
                        "The queue \"%s\" could not be made: %s".formatted(name, failed.why()));
            }
        }
        throw new StoreUnavailableException(
                "The queue \"%s\" could not be made: the store does not tell.".formatted(name));
    }

    static boolean exists(Store store, String name) {
        check(name);
        return !store.read(Range.key(new JobsLayout(name).queue())).entries().isEmpty();
    }

    private static void check(String name) {
        Limits.checkedName("queue name", name);
        Limits.checkedSize("queue name", Bytes.utf8(name), NAME_BYTES);
    }

    private static int known(String name, Entry entry) {
        try {
            return QueueRecord.parse(entry.value()).partitions();
        } catch (CorruptRecordException e) {
            throw new StoreRefusedException(
                    "What is stored of the queue \"%s\" cannot be read: %s"
                            .formatted(name, e.getMessage()));
        }
    }

    int partitionOf(String key) {
        return KeyHash.FNV64_MIX13.partition(key, partitions);
    }

    /** Reads, and takes note of the store's clock. */
    QueuePage read(List<QueueRange> ranges) {
        long before = time.nanos();
        QueuePage page = queue.read(ranges);
        time.heard(page.now(), before, time.nanos());
        return page;
    }

    /** The store's clock; asks it if it was not asked for long. */
    long now() {
        while (time.isStale()) {
            Place first = new Place(0, 0, "-");
            read(List.of(new QueueRange(0, Shelf.TICKET, first, null, 1)));
        }
        return time.now();
    }

    /** Changes one of the queue's records; returns whether the conditions held. */
    boolean commit(List<Condition> conditions, Operation operation) {
        return switch (store.commit(new Commit(null, conditions, List.of(operation)))) {
            case CommitResult.Applied unused -> true;
            case CommitResult.Refused unused -> false;
            case CommitResult.OtherStore unused -> false;
            case CommitResult.Failed failed ->
                    throw new StoreUnavailableException("Nothing was written: " + failed.why());
            case CommitResult.Unknown unknown -> throw unknown(unknown.why());
        };
    }

    static IndeterminateException unknown(String why) {
        return new IndeterminateException(
                "It is not known whether this took effect (%s). Calling again does no harm."
                        .formatted(why));
    }

    /** The name of the division that shares the partitions out. */
    String division() {
        return "jobs/" + name;
    }

    @Override
    public void close() {
        queue.close();
    }
}
