package dev.roster.bench.store;

import com.sun.management.OperatingSystemMXBean;
import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.Operation;
import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.Table;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import dev.roster.store.Store;
import dev.roster.testkit.server.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Measures what the entries of queues cost in PostgreSQL and SQLite: how many a second, and in
 * PostgreSQL how much of the log and how many transactions each.
 */
public final class SqlQueuePart implements Part {
    private static final int PARTITIONS = 32;
    private static final int BATCH = 500;
    private static final int SINGLE = 4000;
    private static final int WAKES = 300;
    private static final int[] SIZES = {50_000, 400_000};

    private final StringBuilder table =
            new StringBuilder(
                    """
                    | store | what | entries | a second | CPU here, µs each | CPU of the server, µs each | log bytes each | transactions each |
                    | --- | --- | --- | --- | --- | --- | --- | --- |
                    """);

    @Override
    public String name() {
        return "queue-sql";
    }

    @Override
    public String summary() {
        return "entries of queues in PostgreSQL and SQLite: rate, log and transactions (2 min)";
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public String measured(Path directory) throws InterruptedException {
        String server;
        Table wakes = new Table();
        try (PostgresServer postgres = PostgresServer.start("max_connections=50")) {
            server = postgres.name();
            try (Store store = Store.open(postgres.url())) {
                measure("PostgreSQL", store, postgres);
                addWakes(wakes, store, postgres.url());
            }
        }
        try (Store store = Store.open("sqlite:" + directory.resolve("queue.db"))) {
            measure("SQLite", store, null);
        }
        return "%s\n\n%s\n%s".formatted(server, table, wakes.markdown());
    }

    private static void addWakes(Table wakes, Store store, String url) throws InterruptedException {
        List<Long> told = new ArrayList<>();
        List<Long> read = new ArrayList<>();
        LinkedBlockingQueue<Integer> woken = new LinkedBlockingQueue<>();
        try (Store other = Store.open(url);
                Queue here = store.queue("woken");
                Queue there = other.queue("woken")) {
            there.listen(woken::add);
            // It is told to look at all when it listens.
            woken.take();
            for (int n = 0; n < WAKES; n++) {
                Thread.sleep(5 + n % 11);
                QueueBatch put =
                        new QueueBatch(
                                List.of(), List.of(), List.of(put(n)), Set.of(n % PARTITIONS));
                long begin = System.nanoTime();
                here.apply(put);
                woken.take();
                told.add(System.nanoTime() - begin);
                there.read(List.of(new QueueRange(n % PARTITIONS, Shelf.WORK, null, null, 500)));
                read.add(System.nanoTime() - begin);
            }
        }
        wakes.add(
                "PostgreSQL: begin of a put to word of it at another handle",
                "ms",
                Samples.millis(told));
        wakes.add(
                "PostgreSQL: begin of a put until the other has read it",
                "ms",
                Samples.millis(read));
    }

    private interface Work {
        void run(int caller) throws InterruptedException;
    }

    private void measure(String name, Store store, @Nullable PostgresServer server)
            throws InterruptedException {
        Fence fence = fence(store);
        try (Queue queue = store.queue("bench")) {
            for (int warm = 0; warm < 2; warm++) {
                putInBulk(queue, 0, 20_000);
                takeAll(queue, fence, 20_000);
            }
            long first = 20_000;
            for (int size : SIZES) {
                long from = first;
                row(
                        name,
                        "put in batches of 500",
                        size,
                        server,
                        1,
                        c -> putInBulk(queue, from, size));
                row(
                        name,
                        "read pages of 500, take in fenced batches of 500",
                        size,
                        server,
                        1,
                        c -> takeAll(queue, fence, size));
                first += size;
            }
            for (int callers : new int[] {1, 8, 32}) {
                long from = first;
                int each = SINGLE * Math.min(callers, 8) / callers;
                row(
                        name,
                        "put one, %d callers".formatted(callers),
                        each * callers,
                        server,
                        callers,
                        caller -> {
                            for (int n = 0; n < each; n++) {
                                long at = from + (long) caller * each + n;
                                applied(queue.apply(List.of(puts(at, 1))));
                            }
                        });
                first += (long) each * callers;
            }
            row(
                    name,
                    "put one under a ticket, 8 callers",
                    SINGLE,
                    server,
                    8,
                    tickets(queue, first));
        }
    }

    private static Work tickets(Queue queue, long first) {
        return caller -> {
            for (int n = 0; n < SINGLE / 8; n++) {
                QueueBatch put = puts(first + (long) caller * SINGLE + n, 1);
                Place place = new Place(0, first, "t" + caller + "-" + n);
                List<QueueOperation> both = new ArrayList<>(put.operations());
                both.add(
                        new QueueOperation.Put(
                                new QueueEntry(0, Shelf.TICKET, place, Bytes.EMPTY)));
                applied(
                        queue.apply(
                                List.of(
                                        new QueueBatch(
                                                List.of(),
                                                List.of(
                                                        new QueueCondition.Absent(
                                                                0, Shelf.TICKET, place)),
                                                both,
                                                Set.of()))));
            }
        };
    }

    private static Fence fence(Store store) {
        List<Condition> conditions = new ArrayList<>();
        for (int n = 0; n < PARTITIONS; n++) {
            CommitResult result =
                    store.commit(
                            new Commit(
                                    null,
                                    List.of(),
                                    List.of(new Operation.Put("owner/" + n, Bytes.EMPTY))));
            if (!(result instanceof CommitResult.Applied applied)) {
                throw new IllegalStateException(result.toString());
            }
            conditions.add(new Condition.Unchanged("owner/" + n, applied.revision()));
        }
        return new Fence(store.identity(), conditions);
    }

    private static QueueOperation put(long number) {
        int partition = (int) (number % PARTITIONS);
        Place place = new Place(0, number, "j%012d".formatted(number));
        return new QueueOperation.Put(
                new QueueEntry(partition, Shelf.WORK, place, Bytes.utf8("tiny")));
    }

    private static QueueBatch puts(long from, int count) {
        List<QueueOperation> puts = new ArrayList<>(count);
        for (long n = from; n < from + count; n++) {
            puts.add(put(n));
        }
        return new QueueBatch(List.of(), List.of(), puts, Set.of());
    }

    private static void putInBulk(Queue queue, long from, int count) {
        List<QueueBatch> batches = new ArrayList<>();
        for (int n = 0; n < count; n += BATCH) {
            batches.add(puts(from + n, BATCH));
        }
        applied(queue.apply(batches));
    }

    /** As an owner does: reads on while what was read is taken. */
    private static void takeAll(Queue queue, Fence fence, int count) {
        List<QueueRange> ranges = new ArrayList<>();
        for (int n = 0; n < PARTITIONS; n++) {
            ranges.add(new QueueRange(n, Shelf.WORK, null, null, 500));
        }
        int taken = 0;
        while (taken < count) {
            List<QueueBatch> batches = new ArrayList<>();
            List<QueueRange> next = new ArrayList<>();
            int at = 0;
            for (List<QueueEntry> page : queue.read(ranges).entries()) {
                QueueRange range = ranges.get(at++);
                if (page.isEmpty()) {
                    continue;
                }
                List<QueueOperation> takes = new ArrayList<>(page.size());
                for (QueueEntry entry : page) {
                    takes.add(
                            new QueueOperation.Take(
                                    entry.partition(), entry.shelf(), entry.place()));
                }
                batches.add(new QueueBatch(List.of(fence), List.of(), takes, Set.of()));
                next.add(
                        new QueueRange(
                                range.partition(), Shelf.WORK, page.getLast().place(), null, 500));
                taken += page.size();
            }
            applied(queue.apply(batches));
            ranges = next;
        }
    }

    private static void applied(List<QueueResult> results) {
        for (QueueResult result : results) {
            if (!(result instanceof QueueResult.Applied)) {
                throw new IllegalStateException(result.toString());
            }
        }
    }

    private void row(
            String store,
            String what,
            int entries,
            @Nullable PostgresServer server,
            int callers,
            Work work)
            throws InterruptedException {
        Counters before = Counters.now(server);
        long begin = System.nanoTime();
        try (ExecutorService pool = Executors.newFixedThreadPool(callers)) {
            List<Future<?>> running = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                int number = caller;
                running.add(
                        pool.submit(() -> {
                            work.run(number);
                            return number;
                        }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Counters after = Counters.now(server);
        table.append(
                "| %s | %s | %,d | %,.0f | %.1f | %s | %s | %s |\n"
                        .formatted(
                                store,
                                what,
                                entries,
                                entries / seconds,
                                (after.ownNanos - before.ownNanos) / 1e3 / entries,
                                server == null
                                        ? ""
                                        : "%.1f"
                                                .formatted(
                                                        (after.serverSeconds - before.serverSeconds)
                                                                * 1e6
                                                                / entries),
                                server == null
                                        ? ""
                                        : "%.0f"
                                                .formatted(
                                                        (after.logBytes - before.logBytes)
                                                                / (double) entries),
                                server == null
                                        ? ""
                                        : "%.4f"
                                                .formatted(
                                                        (after.transactions - before.transactions)
                                                                / (double) entries)));
    }

    /** What was used up so far; of a server only if there is one. */
    private record Counters(long ownNanos, double serverSeconds, long logBytes, long transactions) {
        static Counters now(@Nullable PostgresServer server) throws InterruptedException {
            long own =
                    ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                            .getProcessCpuTime();
            if (server == null) {
                return new Counters(own, 0, 0, 0);
            }
            // The server counts transactions with a delay of up to a second.
            Thread.sleep(1500);
            String[] found =
                    server.sql(
                                    "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') || ' ' || xact_commit || ' ' || current_setting('data_directory') FROM pg_stat_database WHERE datname = current_database()")
                            .trim()
                            .split(" ", 3);
            try {
                return new Counters(
                        own,
                        serverSeconds(Path.of(found[2])),
                        Long.parseLong(found[0]),
                        Long.parseLong(found[1]));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Of all processes of a server that run; on Linux. */
        private static double serverSeconds(Path data) throws IOException {
            long first =
                    Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
            double ticks = 0;
            for (ProcessHandle each :
                    ProcessHandle.of(first).stream().flatMap(ProcessHandle::children).toList()) {
                Path stat = Path.of("/proc", Long.toString(each.pid()), "stat");
                if (Files.isReadable(stat)) {
                    String text = Files.readString(stat);
                    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
                    ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                }
            }
            return ticks / 100;
        }
    }
}
