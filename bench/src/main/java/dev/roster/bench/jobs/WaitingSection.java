package dev.roster.bench.jobs;

import dev.roster.bench.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a consumer needs for a million jobs that wait. */
final class WaitingSection implements JobsPart.Section {
    private static final int JOBS = 1_000_000;

    /** 100 of 0.1 s at once are a thousand a second at most. */
    private static final int MICROS = 100_000;

    private static final int AT_ONCE = 100;
    private static final String HEAP = "64m";
    private static final int SECONDS = 20;

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        StringBuilder table =
                new StringBuilder(
                        """
                        Jobs of 100 ms, 100 at once in one consumer, whose heap may be 64 MB.

                        | when | jobs that wait | heap after a collection, MB | done a second | CPU, µs a job | of it the server's |
                        | --- | --- | --- | --- | --- | --- |
                        """);
        try (Arena arena = new Arena()) {
            String url = arena.newDatabase();
            try (Worker doing = Worker.start("roster", url, "w0", 0, HEAP);
                    Worker submitting = Worker.start("roster", url, "w1", 1_000_000_000, "512m")) {
                doing.run("work " + AT_ONCE);
                submitting.run("bulk 100 0");
                while (doing.counted().ended() < 100) {
                    Thread.sleep(5);
                }
                table.append(row("none was submitted yet", 0, doing.heap(), "|  |  |  |"));
                int submitted = 20_000;
                submitting.run("bulk %d %d".formatted(submitted, MICROS));
                table.append(measure(arena, doing, "20,000 were", submitted));
                submitting.run("bulk %d %d".formatted(JOBS, MICROS));
                submitted += JOBS;
                table.append(measure(arena, doing, "a million more were", submitted));
                TimeUnit.SECONDS.sleep(2 * SECONDS);
                table.append(measure(arena, doing, "later", submitted));
            }
        }
        return table.toString();
    }

    private static String measure(Arena arena, Worker doing, String when, int submitted)
            throws IOException, InterruptedException {
        Arena.Usage before = arena.usage(List.of(doing));
        long ended = doing.counted().ended();
        long begin = System.nanoTime();
        TimeUnit.SECONDS.sleep(SECONDS);
        long now = doing.counted().ended();
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arena.Usage used = arena.usage(List.of(doing)).since(before);
        long all = doing.counted().ended() - ended;
        String costs =
                "| %,.0f | %.0f | %.0f |"
                        .formatted(
                                (now - ended) / seconds,
                                (used.workerSeconds() + used.serverSeconds()) * 1e6 / all,
                                used.serverSeconds() * 1e6 / all);
        return row(when, submitted + 100 - now, doing.heap(), costs);
    }

    private static String row(String when, long waiting, long heap, String costs) {
        String row =
                "| %s | %,d | %s %s%n"
                        .formatted(when, waiting, Samples.text(heap / 1024.0 / 1024), costs);
        System.err.print("bench: " + row);
        return row;
    }
}
