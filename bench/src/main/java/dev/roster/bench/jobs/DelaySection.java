package dev.roster.bench.jobs;

import dev.roster.bench.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How soon a job begins that is submitted while nothing else is to be done. */
final class DelaySection implements JobsPart.Section {
    private static final int JOBS = 200;
    private static final int WARM = 50;

    /** Some look every few seconds only. */
    private static final int JOBS_OF_SLOW = 30;

    private static final int PAUSE_MILLIS = 37;

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        StringBuilder table =
                new StringBuilder(
                        """
                        | submitted by | who | samples | begins after, ms: median | p99 |
                        | --- | --- | --- | --- | --- |
                        """);
        try (Arena arena = new Arena()) {
            for (Library library : Library.chosen()) {
                for (boolean isOwner : new boolean[] {true, false}) {
                    Samples delays = Samples.millis(delays(arena, library, isOwner));
                    String row =
                            "| %s | %s | %d | %s | %s |%n"
                                    .formatted(
                                            isOwner ? "the process that does it" : "another",
                                            library.title,
                                            delays.count(),
                                            Samples.text(delays.median()),
                                            Samples.text(delays.percentile(99)));
                    System.err.print("bench: " + row);
                    table.append(row);
                }
            }
        }
        return table.toString();
    }

    private static List<Long> delays(Arena arena, Library library, boolean isOwner)
            throws IOException, InterruptedException {
        String url = arena.newDatabase();
        try (Worker doing = Worker.start(library.id, url, "w0", 0, "512m");
                Worker other = Worker.start(library.id, url, "w1", 1_000_000, "512m")) {
            doing.run("install");
            doing.run("time");
            doing.run("work " + library.atOnce);
            Worker submitting = isOwner ? doing : other;
            boolean isSlow = library == Library.JOB_RUNR || library == Library.QUARTZ;
            int count = isSlow ? JOBS_OF_SLOW : JOBS;
            List<Long> all = new ArrayList<>();
            int warm = isSlow ? 2 : WARM;
            for (int n = 0; n < warm + count; n++) {
                // Not in step with those who look at fixed times.
                Thread.sleep(PAUSE_MILLIS + n % 11 * PAUSE_MILLIS);
                submitting.run("one");
                List<Long> delays = doing.delays();
                while (delays.isEmpty()) {
                    Thread.sleep(2);
                    delays = doing.delays();
                }
                if (n >= warm) {
                    all.addAll(delays);
                }
            }
            return all;
        }
    }
}
