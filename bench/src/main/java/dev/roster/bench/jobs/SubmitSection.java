package dev.roster.bench.jobs;

import dev.roster.bench.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How fast jobs are submitted: one by one, many together, and in transactions of the caller's. */
final class SubmitSection implements JobsPart.Section {
    private static final int ROUNDS = 5;

    /** Fewer are not enough for a compiler that waits until code is worth it. */
    private static final int WARM_UP = 3000;

    private static final Map<String, String> WAYS = ways();

    private static Map<String, String> ways() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("each 1000 1", "one by one, 1 thread");
        all.put("each 4000 8", "one by one, 8 threads");
        all.put("transactions 1000", "one by one, each in a transaction of the caller's");
        all.put("bulk 50000 0", "50,000 together");
        return all;
    }

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        Map<String, Map<Library, List<Double>>> all = new LinkedHashMap<>();
        try (Arena arena = new Arena()) {
            for (int round = 0; round < ROUNDS; round++) {
                for (Library library : Library.chosen()) {
                    try (Worker worker =
                            Worker.start(library.id, arena.newDatabase(), "w", 0, "512m")) {
                        worker.run("install");
                        for (String command : WAYS.keySet()) {
                            if (warmed(worker, command)) {
                                double rate = rate(worker, command, library);
                                all.computeIfAbsent(command, unused -> new EnumMap<>(Library.class))
                                        .computeIfAbsent(library, unused -> new ArrayList<>())
                                        .add(rate);
                                System.err.printf(
                                        "bench: %s, %s: %,.0f a second, load %s%n",
                                        library.title, command, rate, Load.now());
                            }
                        }
                    }
                }
            }
        }
        return table(all);
    }

    private static boolean warmed(Worker worker, String command)
            throws IOException, InterruptedException {
        String[] words = command.split(" ");
        words[1] = Integer.toString(WARM_UP);
        return worker.tryRun(String.join(" ", words)) >= 0;
    }

    private static double rate(Worker worker, String command, Library library)
            throws IOException, InterruptedException {
        String[] words = command.split(" ");
        int count = Integer.parseInt(words[1]);
        if (words[0].equals("bulk")) {
            count = count * library.share / 100;
            words[1] = Integer.toString(count);
        }
        return count / (worker.run(String.join(" ", words)) / 1e9);
    }

    private static String table(Map<String, Map<Library, List<Double>>> all) {
        StringBuilder table =
                new StringBuilder(
                        """
                        | submitted | who | jobs a second | Roster is × as fast |
                        | --- | --- | --- | --- |
                        """);
        all.forEach((command, rates) ->
                rates.forEach((library, some) -> {
                    List<Double> ratios = new ArrayList<>();
                    List<Double> ours = rates.get(Library.ROSTER);
                    for (int n = 0; ours != null && n < some.size(); n++) {
                        ratios.add(ours.get(n) / some.get(n));
                    }
                    table.append(
                            "| %s | %s | %,.0f | %s |%n"
                                    .formatted(
                                            WAYS.get(command),
                                            library.title,
                                            Samples.of(some).median(),
                                            library == Library.ROSTER
                                                    ? ""
                                                    : Samples.text(Samples.of(ratios).median())));
                }));
        return table.toString();
    }
}
