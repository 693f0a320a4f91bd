package dev.roster.bench.jobs;

import dev.roster.bench.Samples;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Jobs of 1,000 keys while a second process joins and leaves: with order, and without. */
final class OrderSection implements JobsPart.Section {
    private static final int JOBS = 300_000;
    private static final int KEYS = 1000;
    private static final int ROUNDS = 3;
    private static final int AT_ONCE = 100;
    private static final long BETWEEN_MILLIS = 1000;

    /** A job that began. */
    private record Begun(long number, long nanos) {}

    /** One try. */
    private record Try(double rate, int changes, int inversions, int again) {}

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        StringBuilder table =
                new StringBuilder(
                        """
                        %,d jobs that do nothing, of %,d keys, in one process, while another joins or leaves a second after it left or joined; medians of %d.

                        | order of a key | jobs a second | joins and leaves | begun before an earlier one of its key | begun again |
                        | --- | --- | --- | --- | --- |
                        """
                                .formatted(JOBS, KEYS, ROUNDS));
        try (Arena arena = new Arena()) {
            List<List<Try>> all = List.of(new ArrayList<>(), new ArrayList<>());
            for (int round = 0; round < ROUNDS; round++) {
                for (int ordered = 0; ordered < 2; ordered++) {
                    Try one = once(arena, directory, ordered);
                    System.err.printf("bench: order %d: %s, load %s%n", ordered, one, Load.now());
                    all.get(ordered).add(one);
                }
            }
            for (int ordered = 0; ordered < 2; ordered++) {
                List<Try> tries = all.get(ordered);
                table.append(
                        "| %s | %,.0f | %d | %,d | %,d |%n"
                                .formatted(
                                        ordered == 1 ? "kept" : "none",
                                        Samples.of(tries.stream().map(Try::rate).toList()).median(),
                                        tries.stream().mapToInt(Try::changes).sum(),
                                        tries.stream().mapToInt(Try::inversions).sum(),
                                        tries.stream().mapToInt(Try::again).sum()));
            }
        }
        return table.toString();
    }

    private static Try once(Arena arena, Path directory, int ordered)
            throws IOException, InterruptedException {
        String url = arena.newDatabase();
        try (Worker staying = Worker.start("roster", url, "w0", 0, "512m");
                Worker coming = Worker.start("roster", url, "w1", 1_000_000_000, "512m")) {
            List<Worker> workers = List.of(staying, coming);
            for (Worker worker : workers) {
                worker.run("set keys " + KEYS);
                worker.run("set order " + ordered);
                worker.run("note");
            }
            staying.run("bulk %d 0".formatted(JOBS));
            staying.run("work " + AT_ONCE);
            int changes = 0;
            boolean isThere = false;
            while (ended(workers) < JOBS) {
                coming.run(isThere ? "stop" : "work " + AT_ONCE);
                isThere = !isThere;
                changes++;
                long begin = System.nanoTime();
                while (ended(workers) < JOBS
                        && System.nanoTime() - begin < BETWEEN_MILLIS * 1_000_000) {
                    Thread.sleep(5);
                }
            }
            if (isThere) {
                coming.run("stop");
            }
            staying.run("stop");
            List<Begun> begun = new ArrayList<>();
            for (Worker worker : workers) {
                Path file = directory.resolve("begun");
                worker.run("noted " + file);
                read(file, begun);
            }
            return checked(begun, changes);
        }
    }

    private static long ended(List<Worker> workers) throws IOException, InterruptedException {
        long ended = 0;
        for (Worker worker : workers) {
            ended += worker.counted().ended();
        }
        return ended;
    }

    private static void read(Path file, List<Begun> all) throws IOException {
        byte[] content = Files.readAllBytes(file);
        try (DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(content))) {
            for (int left = content.length / 16; left > 0; left--) {
                all.add(new Begun(in.readLong(), in.readLong()));
            }
        }
    }

    private static Try checked(List<Begun> begun, int changes) {
        begun.sort(Comparator.comparingLong(Begun::nanos));
        Set<Long> seen = new HashSet<>();
        Map<Long, Long> last = new HashMap<>();
        int inversions = 0;
        int again = 0;
        for (Begun one : begun) {
            if (!seen.add(one.number)) {
                again++;
            } else if (last.merge(one.number % KEYS, one.number, Math::max) > one.number) {
                inversions++;
            }
        }
        double seconds = (begun.getLast().nanos - begun.getFirst().nanos) / 1e9;
        return new Try(seen.size() / seconds, changes, inversions, again);
    }
}
