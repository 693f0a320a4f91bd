package dev.roster.bench.postgres;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.Table;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import dev.roster.testkit.server.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures commits of one small write on a PostgreSQL server of its own, and how soon another
 * handle knows of one. What is compared takes turns, so that what others do on the machine meets
 * all of it.
 */
public final class PostgresPart implements Part {
    private static final int ROUNDS = 4;
    private static final long WARM_NANOS = 500_000_000L;
    private static final long NANOS = 1_500_000_000L;
    private static final int NOTICES = 500;
    private static final int VALUE_BYTES = 100;

    /** One small write, durable when it returns. */
    private interface Write {
        void put(String key, byte[] value);
    }

    private final Map<String, List<Long>> took = new LinkedHashMap<>();

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public String summary() {
        return "commits of PostgresStore, beside the bare driver, and news of them (2 min)";
    }

    @Override
    public String measured(Path directory) throws InterruptedException {
        try (PostgresServer server = PostgresServer.start("max_connections=100")) {
            Table notices = new Table();
            try (Store store = Store.open(server.url());
                    DriverPool driver = new DriverPool(server, 32)) {
                for (int round = 0; round < ROUNDS; round++) {
                    for (int callers : new int[] {1, 32}) {
                        run("bare driver, one row", callers, driver::putRow);
                        run("bare driver, the same rows as the store", callers, driver::putSame);
                        run("PostgresStore", callers, (key, value) -> commit(store, key, value));
                    }
                }
                addNotices(notices, store, server.url());
            }
            return "%s\n\n%s\n%s".formatted(server.name(), commits(), notices.markdown());
        }
    }

    private static void commit(Store store, String key, byte[] value) {
        CommitResult result =
                store.commit(
                        new Commit(
                                null, List.of(), List.of(new Operation.Put(key, Bytes.of(value)))));
        if (!(result instanceof CommitResult.Applied)) {
            throw new IllegalStateException(result.toString());
        }
    }

    private void run(String by, int callers, Write write) throws InterruptedException {
        List<Long> all = took.computeIfAbsent(callers + "|" + by, unused -> new ArrayList<>());
        try (ExecutorService pool = Executors.newFixedThreadPool(callers)) {
            List<Future<List<Long>>> parts = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                String key = "key/" + caller;
                parts.add(pool.submit(() -> write(write, key)));
            }
            for (Future<List<Long>> part : parts) {
                all.addAll(part.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Long> write(Write write, String key) {
        byte[] value = new byte[VALUE_BYTES];
        long begin = System.nanoTime() + WARM_NANOS;
        long end = begin + NANOS;
        List<Long> nanos = new ArrayList<>();
        long now = System.nanoTime();
        while (now < end) {
            write.put(key, value);
            long then = System.nanoTime();
            if (now >= begin) {
                nanos.add(then - now);
            }
            now = then;
        }
        return nanos;
    }

    private String commits() {
        StringBuilder table =
                new StringBuilder(
                        """
                        | callers | by | commits a second | of "one row" | of "the same rows" | median, ms | p99, ms |
                        | --- | --- | --- | --- | --- | --- | --- |
                        """);
        double row = 0;
        double same = 0;
        double seconds = ROUNDS * NANOS / 1e9;
        for (Map.Entry<String, List<Long>> each : took.entrySet()) {
            String[] what = each.getKey().split("\\|");
            double rate = each.getValue().size() / seconds;
            if (what[1].endsWith("one row")) {
                row = rate;
            } else if (what[1].startsWith("bare")) {
                same = rate;
            }
            Samples samples = Samples.millis(each.getValue());
            table.append(
                    "| %s | %s | %.0f | %s | %s | %s | %s |\n"
                            .formatted(
                                    what[0],
                                    what[1],
                                    rate,
                                    Samples.text(rate / row),
                                    same == 0 || what[1].endsWith("one row")
                                            ? ""
                                            : Samples.text(rate / same),
                                    Samples.text(samples.median()),
                                    Samples.text(samples.percentile(99))));
        }
        return table.toString();
    }

    private static void addNotices(Table table, Store writer, String url)
            throws InterruptedException {
        Range times = Range.prefix("time/");
        List<Long> commits = new ArrayList<>();
        List<Long> notices = new ArrayList<>();
        try (Store reader = Store.open(url);
                Watch watch = reader.watch(times, reader.read(times).revision())) {
            for (int n = 0; n < NOTICES; n++) {
                Thread.sleep(5 + n % 11);
                String key = "time/" + n % 10;
                long begin = System.nanoTime();
                Thread committing =
                        Thread.ofPlatform()
                                .start(() -> {
                                    commit(writer, key, new byte[8]);
                                    long ended = System.nanoTime() - begin;
                                    synchronized (commits) {
                                        commits.add(ended);
                                    }
                                });
                notices.add(heard(watch, key) - begin);
                committing.join();
            }
        }
        table.add("PostgresStore: commit by itself", "ms", Samples.millis(commits));
        table.add(
                "PostgresStore: begin of a commit to its notice by another handle",
                "ms",
                Samples.millis(notices));
        List<Long> after = new ArrayList<>();
        for (int n = 0; n < notices.size(); n++) {
            after.add(Math.max(0, notices.get(n) - commits.get(n)));
        }
        table.add("PostgresStore: end of a commit to its notice", "ms", Samples.millis(after));
    }

    private static long heard(Watch watch, String key) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < end) {
            Watch.Batch batch = watch.next(Duration.ofSeconds(5));
            long now = System.nanoTime();
            if (batch instanceof Watch.Batch.Changes changes) {
                for (Change change : changes.changes()) {
                    if (change.key().equals(key)) {
                        return now;
                    }
                }
            }
        }
        throw new IllegalStateException("No notice within 10 s");
    }
}
