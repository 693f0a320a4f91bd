package dev.roster.bench.store;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.bench.Samples;
import dev.roster.bench.Table;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures compare-and-set by a bare driver and by a store, in turns on the same server, and how
 * soon a watch knows of a commit.
 */
final class SideBySide {
    private static final int ROUNDS = 5;
    private static final long WARM_NANOS = 500_000_000L;
    private static final long ROUND_NANOS = 1_500_000_000L;
    private static final int NOTICES = 500;
    private static final int VALUE_BYTES = 100;

    /** Compares and sets one key again and again. */
    interface Setter {
        void set(byte[] value);
    }

    /** Makes one for a thread. */
    interface Side {
        Setter setter(String key);
    }

    private final String settings;
    private final String name;
    private final Table table;

    /**
     * A comparison.
     *
     * @param settings what the server was told, for the table
     * @param name the store's class
     */
    SideBySide(String settings, String name, Table table) {
        this.settings = settings;
        this.name = name;
        this.table = table;
    }

    /** The store's side. */
    static Side side(Store store) {
        return key -> roster(store, key);
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

    /** Commits of so many callers, and their rates. */
    void compare(int threads, Side driver, Side roster) throws InterruptedException {
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
        String what = "%s, %d callers: ".formatted(settings, threads);
        table.add(what + "bare driver", "ms", Samples.millis(byDriver));
        table.add(what + name, "ms", Samples.millis(byRoster));
        table.add(what + "bare driver", "a second", Samples.of(List.of(rate(byDriver))));
        table.add(what + name, "a second", Samples.of(List.of(rate(byRoster))));
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

    /** How soon a watch of one store tells what another committed. */
    void notices(Store store, Store other) throws InterruptedException {
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
        String what = settings + ": ";
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
