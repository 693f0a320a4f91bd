package dev.roster.bench.cluster;

import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.StoreServers;
import dev.roster.testkit.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The same changes made to groups of ours and of others who divide partitions. */
public final class PeersPart implements Part {
    private static final List<String> ALL = List.of("roster", "hazelcast", "kafka", "helix");
    private static final int MEMBERS = 3;
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration DEFAULT = Duration.ofSeconds(15);

    private static final String HEAD =
            """
            256 partitions, 3 processes. Times in ms, median / most. A gap is how long a key that was given up cleanly had no
            owner. Two owners: how often, and for how long at most, in all changes but the freeze. Stale: for how long a process
            that was frozen until others had taken over still believed that it owned something.

            | who | join | clean leave | kill -9 | SIGSTOP | gap | moves over the fewest | most - fewest | two owners | stale |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            """;

    private interface Contest {
        void hold(Contender contender) throws IOException, InterruptedException;
    }

    @Override
    public String name() {
        return "peers";
    }

    @Override
    public String summary() {
        return "the same beside Hazelcast, Kafka and Apache Helix (20 min; only when named)";
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        Path lib = Path.of(System.getProperty("roster.bench.peers", "bench/peers/target/lib"));
        if (!Files.isDirectory(lib)) {
            return "Not measured: %s does not exist; bench/run builds it.%n".formatted(lib);
        }
        StringBuilder rows = new StringBuilder(HEAD);
        Contest contest =
                contender -> {
                    String row;
                    try {
                        row = row(contender);
                    } catch (IllegalStateException e) {
                        row =
                                "| %s | %s | | | | | | | | |%n"
                                        .formatted(contender.name(), e.getMessage());
                    }
                    // A long way to the end: show what is known by now.
                    System.err.print(row);
                    rows.append(row);
                };
        List<String> chosen = chosen();
        if (chosen.contains("roster")) {
            ours(directory, contest);
        }
        if (chosen.contains("hazelcast")) {
            try (PeerServers servers = new PeerServers(lib, directory)) {
                hazelcast(servers, contest);
            }
        }
        if (chosen.contains("kafka")) {
            kafka(lib, directory, contest);
        }
        if (chosen.contains("helix")) {
            helix(lib, directory, contest);
        }
        return rows.toString();
    }

    /** Whom to measure: all, or those that {@code BENCH_PEERS} in the environment names. */
    private static List<String> chosen() {
        String wanted = System.getenv("BENCH_PEERS");
        List<String> chosen =
                wanted == null || wanted.isEmpty() ? ALL : List.of(wanted.split(",", -1));
        if (!ALL.containsAll(chosen)) {
            throw new IllegalArgumentException(
                    "BENCH_PEERS is \"%s\"; known are %s".formatted(wanted, ALL));
        }
        return chosen;
    }

    private static void ours(Path directory, Contest contest)
            throws IOException, InterruptedException {
        try (StoreServers stores = new StoreServers(directory)) {
            for (String store : StoreServers.chosen()) {
                for (Duration lease : List.of(DEFAULT, SHORT)) {
                    contest.hold(
                            new Contender(
                                    "Roster, %s, lease %d s".formatted(store, lease.toSeconds()),
                                    Launch.ours(stores.url(store), lease, true),
                                    true,
                                    Duration.ofSeconds(60),
                                    6,
                                    3));
                }
            }
        }
    }

    private static void hazelcast(PeerServers servers, Contest contest)
            throws IOException, InterruptedException {
        for (String[] times : new String[][] {{"60", "5", "120"}, {"2", "1", "2"}}) {
            String port = Integer.toString(ServerProcess.freeAddress().getPort());
            contest.hold(
                    new Contender(
                            "Hazelcast 5.7, no heartbeat for %s s".formatted(times[0]),
                            servers.peer("hazelcast", port, times[0], times[1], times[2]),
                            false,
                            Duration.ofMinutes(5),
                            4,
                            2));
        }
    }

    private static void kafka(Path lib, Path directory, Contest contest)
            throws IOException, InterruptedException {
        Duration patience = Duration.ofSeconds(150);
        try (PeerServers servers = new PeerServers(lib, directory)) {
            String broker = servers.kafka();
            contest.hold(
                    new Contender(
                            "Kafka 4.4 classic, defaults",
                            servers.peer("kafka", broker, "classic"),
                            false,
                            patience,
                            3,
                            1));
            contest.hold(
                    new Contender(
                            "Kafka 4.4 consumer protocol, defaults",
                            servers.peer("kafka", broker, "consumer"),
                            false,
                            patience,
                            3,
                            1));
        }
        try (PeerServers servers = new PeerServers(lib, directory)) {
            String broker =
                    servers.kafka(
                            "group.initial.rebalance.delay.ms=0",
                            "group.min.session.timeout.ms=1000",
                            "group.consumer.min.session.timeout.ms=1000",
                            "group.consumer.session.timeout.ms=3000",
                            "group.consumer.min.heartbeat.interval.ms=200",
                            "group.consumer.heartbeat.interval.ms=200");
            contest.hold(
                    new Contender(
                            "Kafka 4.4 classic, cooperative, session 3 s, heartbeat 0.2 s",
                            servers.peer(
                                    "kafka",
                                    broker,
                                    "classic",
                                    "session.timeout.ms=3000",
                                    "heartbeat.interval.ms=200",
                                    "partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor"),
                            false,
                            patience,
                            4,
                            2));
            contest.hold(
                    new Contender(
                            "Kafka 4.4 consumer protocol, session 3 s, heartbeat 0.2 s",
                            servers.peer("kafka", broker, "consumer"),
                            false,
                            patience,
                            4,
                            2));
        }
    }

    private static void helix(Path lib, Path directory, Contest contest)
            throws IOException, InterruptedException {
        for (int session : new int[] {30_000, 2_000}) {
            try (PeerServers servers = new PeerServers(lib, directory)) {
                String zooKeeper = servers.helix();
                contest.hold(
                        new Contender(
                                "Helix 2.0 with ZooKeeper, session %d s".formatted(session / 1000),
                                servers.peer("helix", zooKeeper, Integer.toString(session)),
                                false,
                                Duration.ofSeconds(150),
                                4,
                                2));
            }
        }
    }

    private static String row(Contender contender) throws IOException, InterruptedException {
        try (Cluster cluster =
                Cluster.start(
                        contender.launch(), contender.level(), contender.patience(), MEMBERS)) {
            Changes changes = new Changes(cluster);
            for (int i = 0; i < contender.leaves(); i++) {
                changes.leaveAndJoin();
            }
            for (int i = 0; i < contender.kills(); i++) {
                changes.killAndReplace();
            }
            Samples overlaps = Samples.millis(cluster.ledger().overlaps());
            changes.freezeAndThaw();
            List<Long> gaps = new ArrayList<>();
            List.of(Changes.Kind.JOIN, Changes.Kind.LEAVE)
                    .forEach(kind -> changes.of(kind).forEach(one -> gaps.addAll(one.gapsNanos())));
            return "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
                    .formatted(
                            contender.name(),
                            text(changes.times(Changes.Kind.JOIN)),
                            text(changes.times(Changes.Kind.LEAVE)),
                            text(changes.times(Changes.Kind.KILL)),
                            text(changes.times(Changes.Kind.FREEZE)),
                            text(Samples.millis(gaps)),
                            changes.all().stream()
                                    .mapToInt(one -> one.moves() - one.fewestMoves())
                                    .sum(),
                            changes.all().stream().mapToInt(Movement::spread).max().orElse(0),
                            overlaps.count() == 0
                                    ? "0"
                                    : "%d, %s ms"
                                            .formatted(
                                                    overlaps.count(),
                                                    Samples.text(overlaps.most())),
                            text(Samples.millis(cluster.ledger().stale())));
        }
    }

    private static String text(Samples samples) {
        return samples.count() == 0
                ? "–"
                : "%s / %s".formatted(Samples.text(samples.median()), Samples.text(samples.most()));
    }
}
