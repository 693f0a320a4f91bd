package dev.roster.bench.jobs;

import dev.roster.bench.Samples;
import dev.roster.bench.StoreServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Roster's jobs on each of its stores. */
final class StoresSection implements JobsPart.Section {
    private static final int TOGETHER = 20_000;
    private static final int DELAYS = 60;
    private static final int AT_ONCE = 100;
    private static final int PAUSE_MILLIS = 37;

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        StringBuilder table =
                new StringBuilder(
                        """
                        | store | submitted a second by 1 thread | by 8 | %,d together | done a second | begins after, on the owner, ms: median | p99 | from another process: median | p99 |
                        | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                        """
                                .formatted(TOGETHER));
        try (StoreServers servers = new StoreServers(directory)) {
            for (String store : StoreServers.chosen()) {
                String row = row(store, servers.url(store));
                System.err.print("bench: " + row);
                table.append(row);
            }
        }
        return table.toString();
    }

    private static String row(String store, String url) throws IOException, InterruptedException {
        try (Worker doing = Worker.start("roster", url, "w0", 0, "512m");
                Worker other = Worker.start("roster", url, "w1", 1_000_000_000, "512m")) {
            doing.run("install");
            doing.run("each 100 1");
            double single = rate(doing, 500, "each 500 1");
            doing.run("each 400 8");
            double eight = rate(doing, 2000, "each 2000 8");
            doing.run("bulk %d 0".formatted(TOGETHER));
            double together = rate(doing, TOGETHER, "bulk %d 0".formatted(TOGETHER));
            double unused =
                    RunSection.work(List.of(doing), AT_ONCE, 2 * TOGETHER + 2000 + 500 + 400 + 100);
            doing.run("stop");
            doing.run("reset");
            doing.run("bulk %d 0".formatted(TOGETHER));
            double done = TOGETHER / RunSection.work(List.of(doing), AT_ONCE, TOGETHER);
            doing.run("time");
            Samples owner = Samples.millis(delays(doing, doing));
            Samples another = Samples.millis(delays(doing, other));
            return "| %s | %,.0f | %,.0f | %,.0f | %,.0f | %s | %s | %s | %s |%n"
                    .formatted(
                            store,
                            single,
                            eight,
                            together,
                            done,
                            Samples.text(owner.median()),
                            Samples.text(owner.percentile(99)),
                            Samples.text(another.median()),
                            Samples.text(another.percentile(99)));
        }
    }

    private static double rate(Worker worker, int count, String command)
            throws IOException, InterruptedException {
        return count / (worker.run(command) / 1e9);
    }

    private static List<Long> delays(Worker doing, Worker submitting)
            throws IOException, InterruptedException {
        List<Long> all = new ArrayList<>();
        for (int n = -DELAYS / 4; n < DELAYS; n++) {
            Thread.sleep(PAUSE_MILLIS + Math.floorMod(n, 11) * PAUSE_MILLIS);
            List<Long> delays = DelaySection.once(doing, submitting);
            if (n >= 0) {
                all.addAll(delays);
            }
        }
        return all;
    }
}
