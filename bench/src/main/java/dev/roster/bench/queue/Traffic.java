package dev.roster.bench.queue;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.Operation;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import dev.roster.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Puts entries into a queue, and takes them under a fence, for a while. */
final class Traffic {
    private static final Bytes VALUE = Bytes.of(new byte[100]);
    private static final int PAGE = 1000;

    private final Queue queue;
    private final int size;
    private final int callers;
    private final Fence fence;

    /** Batches have no more entries than the queue takes. */
    Traffic(Store store, Queue queue, int size, int callers) {
        this.queue = queue;
        this.size = Math.min(size, queue.limits().operations() - 1);
        this.callers = callers;
        this.fence = fence(store);
    }

    private static Fence fence(Store store) {
        CommitResult result =
                store.commit(
                        new Commit(
                                null,
                                List.of(),
                                List.of(new Operation.Put("bench/owner", Bytes.EMPTY))));
        if (result instanceof CommitResult.Applied applied) {
            Condition held = new Condition.Unchanged("bench/owner", applied.revision());
            return new Fence(store.identity(), List.of(held));
        }
        throw new IllegalStateException("no owner: " + result);
    }

    private interface Step {
        /** How many entries it put or took; 0 ends. */
        int run() throws InterruptedException;
    }

    /** Entries a second that are put, each caller into a partition of its own. */
    double put(long millis) throws InterruptedException {
        return rate(
                millis,
                caller -> {
                    int[] number = {0};
                    return () -> {
                        List<QueueOperation> puts = new ArrayList<>();
                        for (int one = 0; one < size; one++) {
                            Place place = new Place(0, 1, "%09d".formatted(number[0]++));
                            puts.add(
                                    new QueueOperation.Put(
                                            new QueueEntry(caller, Shelf.WORK, place, VALUE)));
                        }
                        apply(new QueueBatch(List.of(), List.of(), puts, Set.of()));
                        return size;
                    };
                });
    }

    /** Entries a second that are read and taken by those who own the partitions. */
    double take(long millis) throws InterruptedException {
        return rate(
                millis,
                caller -> {
                    List<QueueEntry> page = new ArrayList<>();
                    QueueRange range = new QueueRange(caller, Shelf.WORK, null, null, PAGE);
                    return () -> {
                        if (page.isEmpty()) {
                            page.addAll(queue.read(List.of(range)).entries().getFirst());
                        }
                        List<QueueEntry> next = page.subList(0, Math.min(size, page.size()));
                        List<QueueOperation> takes = new ArrayList<>();
                        for (QueueEntry entry : next) {
                            takes.add(new QueueOperation.Take(caller, Shelf.WORK, entry.place()));
                        }
                        next.clear();
                        if (!takes.isEmpty()) {
                            apply(new QueueBatch(List.of(fence), List.of(), takes, Set.of()));
                        }
                        return takes.size();
                    };
                });
    }

    /** Removes what is left. */
    void clear() {
        for (int caller = 0; caller < callers; caller++) {
            int unused =
                    queue.prune(new QueueRange(caller, Shelf.WORK, null, null, Integer.MAX_VALUE));
        }
    }

    private void apply(QueueBatch batch) {
        QueueResult result = queue.apply(batch);
        if (!(result instanceof QueueResult.Applied)) {
            throw new IllegalStateException("a batch ended with " + result);
        }
    }

    private interface Caller {
        Step of(int number);
    }

    private double rate(long millis, Caller of) throws InterruptedException {
        List<Callable<long[]>> work = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            Step step = of.of(caller);
            work.add(() -> {
                long begin = System.nanoTime();
                long done = 0;
                int now;
                do {
                    now = step.run();
                    done += now;
                } while (now > 0 && System.nanoTime() - begin < millis * 1_000_000);
                return new long[] {done, System.nanoTime() - begin};
            });
        }
        double rate = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
            for (Future<long[]> each : threads.invokeAll(work)) {
                long[] doneAndNanos = each.get();
                rate += doneAndNanos[0] * 1e9 / doneAndNanos[1];
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return rate;
    }
}
