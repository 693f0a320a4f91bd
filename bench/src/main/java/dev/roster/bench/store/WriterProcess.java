package dev.roster.bench.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process that writes as fast as it can for a while, and then prints how long each write took.
 */
public final class WriterProcess {
    private static final int VALUE_BYTES = 100;
    private static final long WARM_NANOS = 700_000_000L;

    /** More than SQLite writes to its log before it begins again at the log's start. */
    private static final int FILL = 100;

    private static final int FILL_BYTES = 60_000;

    private WriterProcess() {}

    /** With who writes (roster or driver), the file, FULL or NORMAL, threads, and milliseconds. */
    public static void main(String[] args)
            throws IOException, InterruptedException, ExecutionException {
        int threads = Integer.parseInt(args[3]);
        long nanos = Long.parseLong(args[4]) * 1_000_000;
        try (Writes writes = open(args[0], args[1], args[2])) {
            fill(writes);
            System.out.println("ready");
            if (System.in.read() < 0) {
                return;
            }
            System.out.println(text(write(writes, threads, nanos)));
        }
    }

    private static Writes open(String by, String file, String synchronous) {
        return by.equals("roster")
                ? new RosterWrites(
                        "sqlite:%s?synchronous=%s"
                                .formatted(file, synchronous.toLowerCase(java.util.Locale.ROOT)))
                : new DriverWrites(file, synchronous);
    }

    /**
     * Lets the log grow to its size before anything is measured: a short run with few writes would
     * see only a log that grows, one with many only a log that is written over.
     */
    private static void fill(Writes writes) {
        for (int n = 0; n < FILL; n++) {
            byte[] value = new byte[FILL_BYTES];
            ByteBuffer.wrap(value).putLong(System.nanoTime());
            writes.commit("fill", value);
        }
    }

    private static List<Long> write(Writes writes, int threads, long nanos)
            throws InterruptedException, ExecutionException {
        List<Long> all = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<List<Long>>> parts = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                String key = "key/%d/%d".formatted(ProcessHandle.current().pid(), t);
                parts.add(pool.submit(() -> write(writes, key, nanos)));
            }
            for (Future<List<Long>> part : parts) {
                all.addAll(part.get());
            }
        }
        return all;
    }

    private static List<Long> write(Writes writes, String key, long nanos) {
        byte[] value = new byte[VALUE_BYTES];
        long begin = System.nanoTime() + WARM_NANOS;
        long end = begin + nanos;
        List<Long> took = new ArrayList<>();
        long now = System.nanoTime();
        while (now < end) {
            // The same value again would be no change, and SQLite would write nothing.
            ByteBuffer.wrap(value).putLong(now);
            writes.commit(key, value);
            long then = System.nanoTime();
            if (now >= begin) {
                took.add(then - now);
            }
            now = then;
        }
        return took;
    }

    private static String text(List<Long> took) {
        Collections.sort(took);
        StringBuilder text = new StringBuilder();
        took.forEach(one -> text.append(one).append(' '));
        return text.toString().strip();
    }
}
