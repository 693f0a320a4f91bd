package dev.roster.testkit.chaos;

import dev.roster.RosterException;
import dev.roster.jobs.JobId;
import dev.roster.store.Queue;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueRange;
import dev.roster.store.Shelf;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Waits until all jobs of a run have ended, when nobody submits any more. */
final class JobRest {
    private static final int MOST = 1000;
    private static final long LOOK_MILLIS = 100;

    private JobRest() {}

    /**
     * Waits until none is left that waits or runs, as long as they grow fewer: how fast they do is
     * the machine's business.
     *
     * @param patience how long to wait until they are fewer
     * @return those that are left
     */
    static List<String> await(Store store, Duration patience) throws InterruptedException {
        long since = System.nanoTime();
        int fewest = Integer.MAX_VALUE;
        try (Queue queue = store.queue(Roles.QUEUE)) {
            while (true) {
                try {
                    List<String> left = left(queue);
                    if (left.size() < fewest) {
                        fewest = left.size();
                        since = System.nanoTime();
                    }
                    if (left.isEmpty() || isOver(since, patience)) {
                        return left;
                    }
                } catch (RosterException e) {
                    if (isOver(since, patience)) {
                        throw e;
                    }
                }
                Thread.sleep(LOOK_MILLIS);
            }
        }
    }

    private static boolean isOver(long since, Duration patience) {
        return System.nanoTime() - since > patience.toNanos();
    }

    private static List<String> left(Queue queue) {
        List<QueueRange> ranges = new ArrayList<>();
        for (int partition = 0; partition < Roles.QUEUE_PARTITIONS; partition++) {
            ranges.add(new QueueRange(partition, Shelf.WORK, null, null, MOST));
        }
        List<String> left = new ArrayList<>();
        for (List<QueueEntry> found : queue.read(ranges).entries()) {
            for (QueueEntry entry : found) {
                left.add(new JobId(entry.partition(), entry.place().id()).toString());
            }
        }
        return left;
    }
}
