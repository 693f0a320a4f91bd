package dev.roster.bench.jobs;

import dev.roster.bench.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How soon a job begins that is submitted while nothing else is to be done. */
final class DelaySection implements JobsPart.Section {
    private static final int JOBS = 200;

    /**
     * Submitted one after another first, to be compiled as in a process that has run for a while.
     */
    private static final int WARM = 3000;

    private static final int WARM_SLOW = 200;

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
                    List<Long> commits = new ArrayList<>();
                    List<Long> delays = delays(arena, library, isOwner, commits);
                    String who = isOwner ? "the process that does it" : "another";
                    table.append(row(who, library.title, delays));
                    if (!commits.isEmpty()) {
                        table.append(row("nobody: a bare row is committed", "the driver", commits));
                    }
                }
            }
        }
        return table.toString();
    }

    private static String row(String by, String who, List<Long> nanos) {
        Samples samples = Samples.millis(nanos);
        String row =
                "| %s | %s | %d | %s | %s |%n"
                        .formatted(
                                by,
                                who,
                                samples.count(),
                                Samples.text(samples.median()),
                                Samples.text(samples.percentile(99)));
        System.err.print("bench: " + row);
        return row;
    }

    /** Submits one, and returns when it has begun: how long that took. */
    static List<Long> once(Worker doing, Worker submitting)
            throws IOException, InterruptedException {
        submitting.run("one");
        List<Long> delays = doing.delays();
        while (delays.isEmpty()) {
            Thread.sleep(2);
            delays = doing.delays();
        }
        return delays;
    }

    private static List<Long> delays(
            Arena arena, Library library, boolean isOwner, List<Long> commits)
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
            warm(doing, submitting, isSlow ? WARM_SLOW : WARM);
            List<Long> all = new ArrayList<>();
            for (int n = 0; n < count; n++) {
                // Not in step with those who look at fixed times.
                Thread.sleep(PAUSE_MILLIS + n % 11 * PAUSE_MILLIS);
                all.addAll(once(doing, submitting));
                if (library == Library.ROSTER) {
                    // In turns, after the same pause: the disk's share of it.
                    Thread.sleep(PAUSE_MILLIS + n % 11 * PAUSE_MILLIS);
                    commits.add(submitting.run("commit"));
                }
            }
            return all;
        }
    }

    private static void warm(Worker doing, Worker submitting, int jobs)
            throws IOException, InterruptedException {
        submitting.run("each %d 1".formatted(jobs));
        int begun = 0;
        while (begun < jobs) {
            Thread.sleep(50);
            begun += doing.delays().size();
        }
        var unused = submitting.tryRun("commit");
    }
}
