package dev.roster.bench.jobs;

import dev.roster.bench.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How fast jobs that wait are done, by one process and by two, and what each costs. */
final class RunSection implements JobsPart.Section {
    private static final int ROUNDS = 3;

    /** Each is warm after about as long as another: this many jobs, or a share of them. */
    private static final int WARM = 20_000;

    private static final int WARM_FASTEST = 5;

    private static final long LOOK_MILLIS = 5;

    private final int jobs;
    private final int micros;

    RunSection(int jobs, int micros) {
        this.jobs = jobs;
        this.micros = micros;
    }

    /** One try: jobs a second, and what each used up. */
    private record Try(
            double rate,
            double ownMicros,
            double serverMicros,
            double logBytes,
            double transactions) {}

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        StringBuilder table =
                new StringBuilder(
                        """
                        | processes | who | jobs | at once in each | jobs a second | Roster is × as fast | CPU, µs a job | of it the server's | log, bytes a job | transactions a job |
                        | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                        """);
        try (Arena arena = new Arena()) {
            for (int processes = 1; processes <= 2; processes++) {
                Map<Library, List<Try>> all = new EnumMap<>(Library.class);
                for (int round = 0; round < ROUNDS; round++) {
                    for (Library library : Library.chosen()) {
                        if (round == 0 || library.share == 100) {
                            Try one = once(arena, library, processes);
                            System.err.printf(
                                    "bench: %s, %d: %,.0f jobs a second, load %s%n",
                                    library.title, processes, one.rate, Load.now());
                            all.computeIfAbsent(library, unused -> new ArrayList<>()).add(one);
                        }
                    }
                }
                for (Map.Entry<Library, List<Try>> each : all.entrySet()) {
                    table.append(row(processes, each.getKey(), each.getValue(), all));
                }
            }
        }
        return table.toString();
    }

    private int jobs(Library library) {
        // Jobs that wait for something are limited by how many there are at once, not by a library.
        return micros > 0 ? jobs : jobs * library.share / 100;
    }

    private int atOnce(Library library) {
        return micros > 0 ? 100 : library.atOnce;
    }

    private String row(
            int processes, Library library, List<Try> tries, Map<Library, List<Try>> all) {
        double own = Samples.of(tries.stream().map(Try::ownMicros).toList()).median();
        double server = Samples.of(tries.stream().map(Try::serverMicros).toList()).median();
        return "| %d | %s | %,d | %d | %,.0f | %s | %.0f | %.0f | %,.0f | %s |%n"
                .formatted(
                        processes,
                        library.title,
                        jobs(library),
                        atOnce(library),
                        Samples.of(tries.stream().map(Try::rate).toList()).median(),
                        ratio(tries, all.get(Library.ROSTER)),
                        own + server,
                        server,
                        Samples.of(tries.stream().map(Try::logBytes).toList()).median(),
                        Samples.text(
                                Samples.of(tries.stream().map(Try::transactions).toList())
                                        .median()));
    }

    /** The median over rounds, so that what else the machine did meets both. */
    private static String ratio(
            List<Try> tries, @org.jspecify.annotations.Nullable List<Try> ours) {
        if (ours == null || ours.equals(tries)) {
            return "";
        }
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < tries.size(); round++) {
            ratios.add(ours.get(round).rate / tries.get(round).rate);
        }
        return Samples.text(Samples.of(ratios).median());
    }

    private Try once(Arena arena, Library library, int processes)
            throws IOException, InterruptedException {
        String url = arena.newDatabase();
        List<Worker> workers = new ArrayList<>();
        try {
            for (int n = 0; n < processes; n++) {
                workers.add(Worker.start(library.id, url, "w" + n, n * 1_000_000_000L, "512m"));
            }
            Worker first = workers.getFirst();
            first.run("install");
            int fast = library == Library.ROSTER ? WARM_FASTEST : 1;
            int warm = WARM * fast * library.share / 100;
            first.run("bulk %d 0".formatted(warm));
            work(workers, atOnce(library), warm);
            for (Worker worker : workers) {
                worker.run("stop");
                worker.run("reset");
            }
            first.run("bulk %d %d".formatted(jobs(library), micros));
            Arena.Usage before = arena.usage(workers);
            double seconds = work(workers, atOnce(library), jobs(library));
            Arena.Usage used = arena.usage(workers).since(before);
            int count = jobs(library);
            return new Try(
                    count / seconds,
                    used.workerSeconds() * 1e6 / count,
                    used.serverSeconds() * 1e6 / count,
                    (double) used.logBytes() / count,
                    (double) used.transactions() / count);
        } finally {
            for (Worker worker : workers) {
                worker.close();
            }
        }
    }

    /** From the beginning of the first job until all are known to be done, in seconds. */
    static double work(List<Worker> workers, int atOnce, int jobs)
            throws IOException, InterruptedException {
        for (Worker worker : workers) {
            worker.tell("work " + atOnce);
        }
        for (Worker worker : workers) {
            worker.done();
        }
        long ended = 0;
        long first = Long.MAX_VALUE;
        while (ended < jobs) {
            Thread.sleep(LOOK_MILLIS);
            ended = 0;
            for (Worker worker : workers) {
                Worker.Counted counted = worker.counted();
                ended += counted.ended();
                first = counted.begun() > 0 ? Math.min(first, counted.firstNanos()) : first;
            }
        }
        long unfinished = Long.MAX_VALUE;
        while (unfinished > 0) {
            unfinished = 0;
            for (Worker worker : workers) {
                unfinished += Math.max(0, worker.unfinished());
            }
        }
        return (System.nanoTime() - first) / 1e9;
    }
}
