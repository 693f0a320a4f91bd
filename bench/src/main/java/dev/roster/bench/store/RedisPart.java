package dev.roster.bench.store;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.Table;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import dev.roster.testkit.server.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures compare-and-set on Redis, by the bare driver's script and by the store, in turns on the
 * same server, and how soon a watch knows of a commit.
 */
public final class RedisPart implements Part {
    private static final int ROUNDS = 5;
    private static final long WARM_NANOS = 500_000_000L;
    private static final long ROUND_NANOS = 1_500_000_000L;
    private static final int NOTICES = 500;
    private static final int VALUE_BYTES = 100;

    /** What a compare-and-set by hand is: the value as it was read, and the new one. */
    private static final String COMPARE_AND_SET =
            """
            if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[2])
            return 1
            """;

    /** Compares and sets one key again and again. */
    private interface Setter {
        void set(byte[] value);
    }

    /** Makes one for a thread. */
    private interface Side {
        Setter setter(String key);
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String summary() {
        return "compare-and-set of RedisStore, beside the bare driver, and news of it (2 min)";
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public String measured(Path directory) throws InterruptedException {
        Table table = new Table();
        measure("always", table);
        measure("everysec", table);
        return table.markdown();
    }

    private static void measure(String fsync, Table table) throws InterruptedException {
        try (RedisServer server = new RedisServer("--appendonly", "yes", "--appendfsync", fsync);
                Store store = Store.open(server.url())) {
            RedisClient client =
                    RedisClient.create("redis://127.0.0.1:" + server.address().getPort());
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                String digest = connection.sync().scriptLoad(COMPARE_AND_SET);
                Side driver = key -> driver(connection, digest, key);
                Side roster = key -> roster(store, key);
                for (int threads : new int[] {1, 32}) {
                    compare(fsync, threads, driver, roster, table);
                }
            } finally {
                client.shutdown();
            }
            try (Store other = Store.open(server.url())) {
                notices(fsync, store, other, table);
            }
        }
    }

    private static Setter driver(
            StatefulRedisConnection<String, String> connection, String digest, String key) {
        String[] last = {""};
        return value -> {
            String next = new String(value, java.nio.charset.StandardCharsets.ISO_8859_1);
            Long done =
                    connection
                            .sync()
                            .evalsha(
                                    digest,
                                    ScriptOutputType.INTEGER,
                                    new String[] {"driver/" + key},
                                    last[0],
                                    next);
            if (done == null || done != 1) {
                throw new IllegalStateException("refused");
            }
            last[0] = next;
        };
    }

    private static Setter roster(Store store, String key) {
        long[] last = {0};
        String storeKey = "set/" + key;
        return value -> {
            Condition condition =
                    last[0] == 0
                            ? new Condition.Absent(storeKey)
                            : new Condition.Unchanged(storeKey, last[0]);
            CommitResult result =
                    store.commit(
                            new Commit(
                                    null,
                                    List.of(condition),
                                    List.of(new Operation.Put(storeKey, Bytes.of(value)))));
            if (!(result instanceof CommitResult.Applied applied)) {
                throw new IllegalStateException(result.toString());
            }
            last[0] = applied.revision();
        };
    }

    private static void compare(String fsync, int threads, Side driver, Side roster, Table table)
            throws InterruptedException {
        List<Long> byDriver = new ArrayList<>();
        List<Long> byRoster = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            List<Long> bare = round(threads, driver, "d%d-%d".formatted(threads, round));
            List<Long> ours = round(threads, roster, "r%d-%d".formatted(threads, round));
            byDriver.addAll(bare);
            byRoster.addAll(ours);
            ratios.add((double) ours.size() / bare.size());
        }
        String what = "appendfsync %s, %d callers: ".formatted(fsync, threads);
        table.add(what + "bare driver", "ms", Samples.millis(byDriver));
        table.add(what + "RedisStore", "ms", Samples.millis(byRoster));
        table.add(what + "bare driver", "a second", Samples.of(List.of(rate(byDriver))));
        table.add(what + "RedisStore", "a second", Samples.of(List.of(rate(byRoster))));
        table.add(what + "store's rate / driver's, by rounds", "", Samples.of(ratios));
    }

    private static double rate(List<Long> all) {
        return all.size() * 1e9 / (ROUNDS * ROUND_NANOS);
    }

    private static List<Long> round(int threads, Side side, String key)
            throws InterruptedException {
        List<Long> all = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<List<Long>>> parts = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Setter setter = side.setter(key + "/" + thread);
                parts.add(pool.submit(() -> times(setter)));
            }
            for (Future<List<Long>> part : parts) {
                all.addAll(part.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }

    private static List<Long> times(Setter setter) {
        List<Long> took = new ArrayList<>();
        long begin = System.nanoTime() + WARM_NANOS;
        long now = System.nanoTime();
        while (now < begin + ROUND_NANOS) {
            byte[] value = new byte[VALUE_BYTES];
            java.util.Arrays.fill(value, (byte) 'v');
            byte[] time = Long.toString(now).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            System.arraycopy(time, 0, value, 0, time.length);
            setter.set(value);
            long then = System.nanoTime();
            if (now >= begin) {
                took.add(then - now);
            }
            now = then;
        }
        return took;
    }

    private static void notices(String fsync, Store store, Store other, Table table)
            throws InterruptedException {
        List<Long> fromBegin = new ArrayList<>();
        List<Long> fromEnd = new ArrayList<>();
        Range range = Range.prefix("time/");
        try (Watch watch = other.watch(range, other.read(range).revision())) {
            for (int notice = 0; notice < NOTICES; notice++) {
                Thread.sleep(2 + notice % 7);
                long begin = System.nanoTime();
                long[] heard = {0};
                Thread listener = Thread.ofPlatform().start(() -> heard[0] = heard(watch));
                CommitResult result =
                        store.commit(
                                new Commit(
                                        null,
                                        List.of(),
                                        List.of(
                                                new Operation.Put(
                                                        "time/" + notice % 10,
                                                        Bytes.utf8("" + begin)))));
                long end = System.nanoTime();
                listener.join();
                if (!(result instanceof CommitResult.Applied)) {
                    throw new IllegalStateException(result.toString());
                }
                fromBegin.add(heard[0] - begin);
                fromEnd.add(Math.max(0, heard[0] - end));
            }
        }
        String what = "appendfsync %s: ".formatted(fsync);
        table.add(what + "begin of a commit to its notice", "ms", Samples.millis(fromBegin));
        table.add(what + "answer of a commit to its notice", "ms", Samples.millis(fromEnd), 5);
    }

    /** When the next change was told. */
    private static long heard(Watch watch) {
        try {
            while (true) {
                if (watch.next(Duration.ofSeconds(10)) instanceof Watch.Batch.Changes changes
                        && !changes.changes().isEmpty()) {
                    long now = System.nanoTime();
                    Change change = changes.changes().getLast();
                    Entry entry = change.now();
                    return entry == null ? 0 : now;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
