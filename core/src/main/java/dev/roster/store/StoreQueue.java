package dev.roster.store;

import dev.roster.Entry;
import dev.roster.Fence;
import dev.roster.Limits;
import dev.roster.StoreUnavailableException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;

/**
 * A queue over any store: each entry is one of the store's, each batch part of one commit. Batches
 * of a call that have nothing to do with each other go together.
 */
final class StoreQueue implements Queue {
    /** Reads or commits of one call that are under way at once. */
    private static final int UNDER_WAY = 32;

    /** Entries that are read at once to be counted or removed. */
    private static final int PAGE = 500;

    private final Store store;
    private final String name;
    private final InstantSource clock;
    private final QueueKeys keys;
    private final SeenRevisions seen = new SeenRevisions();
    private final Set<StoreWaking> listening = ConcurrentHashMap.newKeySet();

    StoreQueue(Store store, String name, InstantSource clock) {
        this.store = store;
        this.name = Limits.checkedName("queue name", name);
        this.clock = clock;
        this.keys = new QueueKeys(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public QueuePage read(List<QueueRange> ranges) {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        List<Callable<List<QueueEntry>>> reads = new ArrayList<>();
        for (QueueRange range : ranges) {
            reads.add(() -> read(range));
        }
        return new QueuePage(all(reads), now);
    }

    private List<QueueEntry> read(QueueRange range) {
        List<QueueEntry> entries = new ArrayList<>();
        if (range.isEmpty()) {
            return entries;
        }
        for (Entry entry : store.read(keys.range(range)).entries()) {
            QueueEntry read = keys.entry(range, entry);
            if (read != null) {
                seen.saw(entry.key(), entry.modified());
                entries.add(read);
            }
        }
        return entries;
    }

    @Override
    public long count(QueueRange range) {
        if (range.isEmpty()) {
            return 0;
        }
        long count = 0;
        Range left = keys.range(range).limit(PAGE);
        while (true) {
            List<Entry> page = store.read(left).entries();
            count += page.size();
            if (page.size() < PAGE) {
                return count;
            }
            left = left.after(page.getLast().key());
        }
    }

    @Override
    public List<QueueResult> apply(List<QueueBatch> batches) {
        StoreLimits limits = limits();
        for (QueueBatch batch : batches) {
            StoreLimits.check(batch, limits);
        }
        QueueResult[] results = new QueueResult[batches.size()];
        List<QueueGroup> groups = new ArrayList<>();
        for (int at = 0; at < batches.size(); at++) {
            QueueBatch batch = batches.get(at);
            if (isOfSeveralStores(batch)) {
                results[at] = new QueueResult.Fenced("the fences are of different stores");
            } else if (groups.isEmpty() || !groups.getLast().add(at, batch)) {
                QueueGroup group = new QueueGroup(keys, seen, limits.operations());
                group.add(at, batch);
                groups.add(group);
            }
        }
        List<Callable<QueueGroup>> sends = new ArrayList<>();
        for (QueueGroup group : groups) {
            sends.add(() -> {
                group.apply(store, results);
                return group;
            });
        }
        all(sends);
        return List.of(results);
    }

    private static boolean isOfSeveralStores(QueueBatch batch) {
        return batch.fences().stream().map(Fence::store).distinct().count() > 1;
    }

    @Override
    public int prune(QueueRange range) {
        int removed = 0;
        while (removed < range.atMost()) {
            int most = Math.min(Math.min(PAGE, limits().operations()), range.atMost() - removed);
            List<QueueEntry> page =
                    read(
                            new QueueRange(
                                    range.partition(),
                                    range.shelf(),
                                    range.from(),
                                    range.to(),
                                    most));
            removed += remove(page);
            if (page.size() < most) {
                break;
            }
        }
        return removed;
    }

    private int remove(List<QueueEntry> page) {
        List<QueueEntry> left = page;
        while (!left.isEmpty()) {
            List<QueueOperation> takes = new ArrayList<>();
            for (QueueEntry entry : left) {
                takes.add(new QueueOperation.Take(entry.partition(), entry.shelf(), entry.place()));
            }
            switch (apply(new QueueBatch(List.of(), List.of(), takes, Set.of()))) {
                case QueueResult.Applied applied -> {
                    return left.size();
                }
                case QueueResult.Refused refused -> {
                    // Others have removed these.
                    Set<Place> gone = new HashSet<>();
                    refused.failed().forEach(failed -> gone.add(failed.place()));
                    left = left.stream().filter(entry -> !gone.contains(entry.place())).toList();
                }
                case QueueResult.Fenced fenced -> throw failed(fenced.why());
                case QueueResult.NotApplied not -> throw failed(not.why());
                case QueueResult.Unknown unknown -> throw failed(unknown.why());
            }
        }
        return 0;
    }

    private static StoreUnavailableException failed(String why) {
        return new StoreUnavailableException("Entries of a queue were not removed: " + why);
    }

    @Override
    public Waking listen(IntConsumer woken) {
        StoreWaking waking = new StoreWaking(store, keys.wakes(), woken, listening::remove);
        listening.add(waking);
        waking.start(name);
        return waking;
    }

    /** One operation of a commit is kept for the wakes. */
    @Override
    public StoreLimits limits() {
        StoreLimits limits = store.limits();
        return new StoreLimits(limits.operations() - 1, limits.valueBytes());
    }

    @Override
    public void close() {
        listening.forEach(StoreWaking::close);
    }

    /** Does all, several at once, and waits for all. */
    private static <T> List<T> all(List<Callable<T>> calls) {
        List<T> done = new ArrayList<>();
        if (calls.size() == 1) {
            done.add(called(calls.getFirst()));
            return done;
        }
        Semaphore free = new Semaphore(UNDER_WAY);
        List<Future<T>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Callable<T> call : calls) {
                running.add(
                        threads.submit(() -> {
                            free.acquireUninterruptibly();
                            try {
                                return call.call();
                            } finally {
                                free.release();
                            }
                        }));
            }
        }
        for (Future<T> each : running) {
            done.add(called(each::get));
        }
        return done;
    }

    private static <T> T called(Callable<T> call) {
        try {
            return call.call();
        } catch (ExecutionException e) {
            throw unchecked(e.getCause() == null ? e : e.getCause());
        } catch (Exception e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException(failure);
    }
}
