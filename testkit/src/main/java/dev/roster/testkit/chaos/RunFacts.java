package dev.roster.testkit.chaos;

import dev.roster.testkit.check.JsonLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is known of a run besides its histories; kept with them, so that it can be judged again. */
final class RunFacts {
    /** The history of what was done. */
    static final String HARNESS = "harness.jsonl";

    /** The history of the store. */
    static final String STORE = "store.jsonl";

    /** The history of the queue. */
    static final String QUEUE = "queue.jsonl";

    /** A disturbance that begins so is the end of the one it names. */
    static final String HEALED = "healed ";

    static final String GRACEFUL = "graceful";
    static final String DRAIN = "drain";
    private static final String FILE = "run.json";

    private final String store;
    private final String group;
    private final long seed;
    private final Duration lease;
    private final Map<Fault, String> leftOut = new EnumMap<>(Fault.class);
    private final Map<String, Long> counts = new LinkedHashMap<>();

    RunFacts(String store, String group, long seed, Duration lease) {
        this.store = store;
        this.group = group;
        this.seed = seed;
        this.lease = lease;
    }

    String store() {
        return store;
    }

    String group() {
        return group;
    }

    long seed() {
        return seed;
    }

    Duration lease() {
        return lease;
    }

    Map<Fault, String> leftOut() {
        return leftOut;
    }

    Map<String, Long> counts() {
        return counts;
    }

    void leaveOut(Fault fault, String why) {
        leftOut.put(fault, why);
    }

    void count(String what, long times) {
        counts.put(what, times);
    }

    void write(Path folder) {
        List<String> left = new ArrayList<>();
        leftOut.forEach((fault, why) -> {
            left.add(fault.name());
            left.add(why);
        });
        List<String> counted = new ArrayList<>();
        counts.forEach((what, times) -> {
            counted.add(what);
            counted.add(Long.toString(times));
        });
        JsonLine line =
                new JsonLine()
                        .put("store", store)
                        .put("group", group)
                        .put("seed", seed)
                        .put("leaseMillis", lease.toMillis())
                        .put("leftOut", left)
                        .put("counts", counted);
        try {
            Files.writeString(folder.resolve(FILE), line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads those of an earlier run.
     *
     * @throws IllegalArgumentException the folder is none of a run
     */
    static RunFacts read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(
                    "%s is not the folder of a run: it has no %s. Give one that roster chaos --keep kept."
                            .formatted(folder, FILE));
        }
        try {
            Map<String, Object> line = JsonLine.parse(Files.readString(file).strip());
            RunFacts facts =
                    new RunFacts(
                            String.valueOf(line.get("store")),
                            String.valueOf(line.get("group")),
                            number(line.get("seed")),
                            Duration.ofMillis(number(line.get("leaseMillis"))));
            List<?> left = list(line.get("leftOut"));
            for (int i = 0; i + 1 < left.size(); i += 2) {
                facts.leaveOut(
                        Fault.valueOf(String.valueOf(left.get(i))),
                        String.valueOf(left.get(i + 1)));
            }
            List<?> counts = list(line.get("counts"));
            for (int i = 0; i + 1 < counts.size(); i += 2) {
                facts.count(
                        String.valueOf(counts.get(i)),
                        Long.parseLong(String.valueOf(counts.get(i + 1))));
            }
            return facts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof Long number ? number : 0;
    }

    private static List<?> list(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    @Override
    public String toString() {
        return "seed %d, lease %.1f s".formatted(seed, lease.toMillis() / 1000.0);
    }
}
