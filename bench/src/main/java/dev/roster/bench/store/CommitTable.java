package dev.roster.bench.store;

import dev.roster.bench.Samples;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rates and times of commits; the store's relative to the bare driver's with the same writers. */
final class CommitTable {
    private static final String HEAD =
            """
            | by | synchronous | writers | commits a second | of the driver's | median, ms | p99, ms | longest, ms |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            """;

    private final StringBuilder rows = new StringBuilder(HEAD);
    private final Map<String, Double> driver = new TreeMap<>();

    void add(String by, String synchronous, String writers, List<Long> nanos, long millis) {
        double rate = nanos.size() * 1000.0 / millis;
        String writersAndMode = writers + synchronous;
        if (by.equals("driver")) {
            driver.put(writersAndMode, rate);
        }
        Double bare = driver.get(writersAndMode);
        Samples took = Samples.millis(nanos);
        rows.append(
                "| %s | %s | %s | %.0f | %s | %s | %s | %s |\n"
                        .formatted(
                                by.equals("driver") ? "bare driver" : "SqliteStore",
                                synchronous,
                                writers,
                                rate,
                                bare == null ? "" : Samples.text(rate / bare),
                                Samples.text(took.median()),
                                Samples.text(took.percentile(99)),
                                Samples.text(took.most())));
    }

    String markdown() {
        return rows.toString();
    }
}
