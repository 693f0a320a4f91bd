package dev.roster.bench.jobs;

import dev.roster.bench.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of jobs that run when their process is killed, and when it leaves as in a deploy,
 * while another goes on.
 */
final class LeaveSection implements JobsPart.Section {
    private static final int JOBS = 60;
    private static final int MICROS = 3_000_000;
    private static final int AT_ONCE = 20;

    /** Nobody waits longer for what a process left behind. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final long BEGIN_NANOS = TimeUnit.SECONDS.toNanos(20);

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        StringBuilder table =
                new StringBuilder(
                        """
                        60 jobs of 3 s, two processes that do 20 at once each, of which the first goes after a second.

                        | how | who | ran there | until the process was gone, ms | run again elsewhere | until the first of these began, ms | until the last, ms | run twice to the end | attempts counted |
                        | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                        """);
        try (Arena arena = new Arena()) {
            for (boolean isKill : new boolean[] {true, false}) {
                for (Library library : Library.chosen()) {
                    String row = row(arena, library, isKill);
                    System.err.print("bench: " + row);
                    table.append(row);
                }
            }
        }
        return table.toString();
    }

    private static String row(Arena arena, Library library, boolean isKill)
            throws IOException, InterruptedException {
        String url = arena.newDatabase();
        try (Worker going = Worker.start(library.id, url, "w0", 0, "512m");
                Worker staying = Worker.start(library.id, url, "w1", 1_000_000, "512m")) {
            going.run("install");
            going.run("tell");
            staying.run("tell");
            going.run("work " + AT_ONCE);
            staying.run("work " + AT_ONCE);
            going.run("bulk %d %d".formatted(JOBS, MICROS));
            // Which of them gets how many is the library's affair; one may well get all.
            long since = System.nanoTime();
            while (going.told().isEmpty() && System.nanoTime() - since < BEGIN_NANOS) {
                Thread.sleep(10);
            }
            Thread.sleep(1000);
            long begin = System.nanoTime();
            long gone;
            if (isKill) {
                going.kill();
                gone = System.nanoTime() - begin;
            } else {
                gone = going.run("stop");
            }
            Set<Long> ended = new HashSet<>();
            while (ended.size() < JOBS && System.nanoTime() - begin < PATIENCE_NANOS) {
                Thread.sleep(20);
                ended = new HashSet<>(ends(going).keySet());
                ended.addAll(ends(staying).keySet());
            }
            return row(library, isKill, begin, gone, going, staying, ended.size());
        }
    }

    private static Map<Long, Integer> ends(Worker worker) {
        Map<Long, Integer> ends = new HashMap<>();
        for (Worker.Told told : worker.told()) {
            if (told.isEnd()) {
                ends.merge(told.number(), 1, Integer::sum);
            }
        }
        return ends;
    }

    private static String row(
            Library library,
            boolean isKill,
            long begin,
            long gone,
            Worker going,
            Worker staying,
            int ended) {
        Map<Long, Integer> ends = ends(going);
        Set<Long> left = new HashSet<>();
        for (Worker.Told told : going.told()) {
            if (!told.isEnd() && !ends.containsKey(told.number())) {
                left.add(told.number());
            }
        }
        List<Long> again = new ArrayList<>();
        int attempts = 0;
        for (Worker.Told told : staying.told()) {
            if (!told.isEnd() && left.contains(told.number())) {
                again.add(told.nanos() - begin);
                attempts += told.attempt() - 1;
            }
        }
        int twice = 0;
        for (Map.Entry<Long, Integer> each : ends(staying).entrySet()) {
            twice += each.getValue() - 1 + ends.getOrDefault(each.getKey(), 0);
        }
        Samples delays = Samples.millis(again);
        return "| %s | %s | %d | %s | %d | %s | %s | %d | %d |%n"
                .formatted(
                        isKill ? "kill -9" : "leaves",
                        library.title,
                        left.size() + ends.size(),
                        Samples.text(gone / 1e6),
                        again.size(),
                        again.isEmpty() ? "–" : Samples.text(delays.percentile(0)),
                        again.isEmpty()
                                ? ended < JOBS ? "not within 60 s" : "–"
                                : Samples.text(delays.most())
                                        + (ended < JOBS
                                                ? ", %d not within 60 s".formatted(JOBS - ended)
                                                : ""),
                        twice,
                        attempts);
    }
}
