package dev.roster.bench;

import dev.roster.bench.check.CheckPart;
import dev.roster.bench.cluster.IdlePart;
import dev.roster.bench.cluster.ManyPart;
import dev.roster.bench.cluster.MovesPart;
import dev.roster.bench.cluster.PeersPart;
import dev.roster.bench.cluster.RebalancePart;
import dev.roster.bench.flow.FlowPart;
import dev.roster.bench.jobs.JobsPart;
import dev.roster.bench.postgres.PostgresPart;
import dev.roster.bench.queue.QueuePart;
import dev.roster.bench.route.RoutePart;
import dev.roster.bench.store.EtcdPart;
import dev.roster.bench.store.RedisPart;
import dev.roster.bench.store.SqlQueuePart;
import dev.roster.bench.store.StorePart;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Measures what it is told to, and prints a table of each part. */
public final class Main {
    private static final List<Part> PARTS =
            List.of(
                    new PlacementPart(),
                    new MovesPart(),
                    new CheckPart(),
                    new RoutePart(),
                    new FlowPart(),
                    new IdlePart(),
                    new StorePart(),
                    new RedisPart(),
                    new EtcdPart(),
                    new SqlQueuePart(),
                    new QueuePart(),
                    new JobsPart(),
                    new ManyPart(),
                    new RebalancePart(),
                    new PeersPart(),
                    new PostgresPart());

    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> wanted = List.of(args);
        if (wanted.contains("--help") || wanted.contains("-h")) {
            System.out.print(help());
            return;
        }
        List<String> unknown = new ArrayList<>(wanted);
        unknown.removeAll(PARTS.stream().map(Part::name).toList());
        if (!unknown.isEmpty()) {
            System.err.printf("bench: no part is called %s%n%n%s", unknown.getFirst(), help());
            System.exit(2);
        }
        Path directory = Files.createTempDirectory("roster-bench");
        try {
            measure(wanted, directory);
        } finally {
            delete(directory);
        }
    }

    private static void measure(List<String> wanted, Path directory)
            throws IOException, InterruptedException {
        System.out.println(machine(directory));
        for (Part part : PARTS) {
            if (wanted.isEmpty() ? !part.isOptional() : wanted.contains(part.name())) {
                System.err.printf("bench: %s: %s%n", part.name(), part.summary());
                String others = load();
                System.out.printf(
                        "%n## %s%n%nLoad average before: %s.%n%n%s",
                        part.name(), others, part.measured(directory));
            }
        }
    }

    private static String help() {
        StringBuilder help =
                new StringBuilder(
                        """
                        Usage: bench/run [PART...]

                        Measures Roster on this machine and prints tables in Markdown. All parts, or some of:

                        """);
        for (Part part : PARTS) {
            help.append("  %-10s %s%n".formatted(part.name(), part.summary()));
        }
        return help.append(
                        """

                        Of fewer than 100 samples, the p99 is the largest. Databases are made in the system's
                        temporary directory (TMPDIR) and removed.

                        Examples:
                          bench/run                 all parts but the optional ones
                          bench/run moves idle      two parts
                          BENCH_STORES=redis bench/run moves
                          BENCH_PEERS=roster,kafka bench/run peers
                          BENCH_JOBS=run BENCH_PEERS=roster,db-scheduler bench/run jobs
                        """)
                .toString();
    }

    private static String machine(Path directory) throws IOException {
        return "%s: %d cores, %s %s, JDK %s, databases on %s."
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.version(),
                        Files.getFileStore(directory).type());
    }

    /** How busy the machine is with other things. */
    private static String load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load < 0 ? "unknown" : Samples.text(load);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
