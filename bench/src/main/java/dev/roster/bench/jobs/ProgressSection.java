package dev.roster.bench.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What it costs that many jobs run and each saves where it is, every second. */
final class ProgressSection implements JobsPart.Section {
    private static final int JOBS = 10_000;
    private static final int MICROS = 120_000_000;
    private static final int SECONDS = 20;

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        StringBuilder table =
                new StringBuilder(
                        """
                        10,000 jobs run in one process and wake each second; for 20 s.

                        | each saves | CPU of the process, share of a core | of the server | written a second | log, bytes of each | transactions a second |
                        | --- | --- | --- | --- | --- | --- |
                        """);
        try (Arena arena = new Arena()) {
            for (int bytes : new int[] {0, 20, 100}) {
                String row = row(arena, bytes);
                System.err.print("bench: " + row);
                table.append(row);
            }
        }
        return table.toString();
    }

    private static String row(Arena arena, int bytes) throws IOException, InterruptedException {
        String url = arena.newDatabase();
        try (Worker worker = Worker.start("roster", url, "w0", 0, "512m")) {
            worker.run("set saveMillis 1000");
            worker.run("set saveBytes " + bytes);
            worker.run("bulk %d %d".formatted(JOBS, MICROS));
            worker.run("work " + JOBS);
            while (worker.counted().begun() < JOBS) {
                Thread.sleep(20);
            }
            // Marks are written, and what is called often is compiled.
            TimeUnit.SECONDS.sleep(SECONDS);
            long begin = System.nanoTime();
            Arena.Usage before = arena.usage(List.of(worker));
            TimeUnit.SECONDS.sleep(SECONDS);
            Arena.Usage used = arena.usage(List.of(worker)).since(before);
            double seconds = (System.nanoTime() - begin) / 1e9;
            return "| %s | %.1f %% | %.1f %% | %,.0f | %s | %.1f |%n"
                    .formatted(
                            bytes == 0 ? "nothing" : bytes + " bytes",
                            100 * used.workerSeconds() / seconds,
                            100 * used.serverSeconds() / seconds,
                            used.written() / seconds,
                            bytes == 0
                                    ? ""
                                    : "%.0f".formatted((double) used.logBytes() / used.written()),
                            used.transactions() / seconds);
        }
    }
}
