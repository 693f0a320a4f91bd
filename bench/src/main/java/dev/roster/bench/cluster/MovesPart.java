package dev.roster.bench.cluster;

import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.StoreServers;
import dev.roster.bench.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures how keys move in groups of three and of eight processes. */
public final class MovesPart implements Part {
    private static final double CLEAN_MILLIS = 200;
    private static final double DEATH_MILLIS = 1000;

    /** The others count the lease a little longer than its holder, and then have to write. */
    private static final double FROZEN_LEASES = 1.1;

    private record Size(int members, Duration lease, int leaves, int kills, int freezes) {}

    private static final List<Size> SIZES =
            List.of(
                    new Size(3, Duration.ofSeconds(5), 12, 4, 2),
                    new Size(3, Duration.ofSeconds(2), 0, 4, 2),
                    new Size(8, Duration.ofSeconds(5), 10, 4, 1),
                    new Size(8, Duration.ofSeconds(2), 0, 4, 1));

    @Override
    public String name() {
        return "moves";
    }

    @Override
    public String summary() {
        return "keys that move when processes join, leave, die or freeze (3 min a store)";
    }

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        StringBuilder tables = new StringBuilder();
        try (StoreServers stores = new StoreServers(directory)) {
            for (String store : StoreServers.chosen()) {
                tables.append("\n### %s\n\n%s".formatted(store, measured(stores, store)));
            }
        }
        return tables.toString();
    }

    private static String measured(StoreServers stores, String store)
            throws IOException, InterruptedException {
        Table table = new Table();
        List<Movement> all = new ArrayList<>();
        List<Long> interruptions = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        int overlaps = 0;
        for (Size size : SIZES) {
            Launch launch = Launch.ours(stores.url(store), size.lease, true);
            try (Cluster cluster = Cluster.start(launch, size.members)) {
                Changes changes = new Changes(cluster);
                make(changes, size);
                add(table, changes, size);
                all.addAll(changes.all());
                interruptions.addAll(cluster.ledger().interruptions());
                problems.addAll(cluster.ledger().problems());
                overlaps += cluster.ledger().overlaps().size();
            }
        }
        addTotals(table, all, interruptions, overlaps);
        problems.forEach(problem -> System.err.println("bench: " + problem));
        return table.markdown();
    }

    private static void make(Changes changes, Size size) throws IOException, InterruptedException {
        for (int i = 0; i < size.leaves; i++) {
            changes.leaveAndJoin();
        }
        for (int i = 0; i < size.kills; i++) {
            changes.killAndReplace();
        }
        for (int i = 0; i < size.freezes; i++) {
            changes.freezeAndThaw();
        }
    }

    private static void add(Table table, Changes changes, Size size) {
        String of = "%d members, lease %d s: ".formatted(size.members, size.lease.toSeconds());
        if (size.leaves > 0) {
            table.add(of + "join to owning the share", "ms", changes.times(Changes.Kind.JOIN));
            table.add(
                    of + "clean leave to all owned elsewhere",
                    "ms",
                    changes.times(Changes.Kind.LEAVE),
                    CLEAN_MILLIS);
            List<Long> gaps = new ArrayList<>();
            List.of(Changes.Kind.JOIN, Changes.Kind.LEAVE)
                    .forEach(kind -> changes.of(kind).forEach(one -> gaps.addAll(one.gapsNanos())));
            table.add(of + "a cleanly moved key without owner", "ms", Samples.millis(gaps));
        }
        table.add(
                of + "join of a new JVM to owning the share",
                "ms",
                changes.times(Changes.Kind.FRESH_JOIN));
        table.add(
                of + "kill -9 to all owned elsewhere",
                "ms",
                changes.times(Changes.Kind.KILL),
                DEATH_MILLIS);
        table.add(
                of + "SIGSTOP to all owned elsewhere",
                "ms",
                changes.times(Changes.Kind.FREEZE),
                size.lease.toMillis() * FROZEN_LEASES);
    }

    private static void addTotals(
            Table table, List<Movement> all, List<Long> interruptions, int overlaps) {
        table.add(
                "all changes: moves over the fewest",
                "moves",
                Samples.of(all.stream().map(one -> one.moves() - one.fewestMoves()).toList()),
                0);
        table.add(
                "all changes: most keys less fewest of a member",
                "keys",
                Samples.of(all.stream().map(Movement::spread).toList()),
                1);
        table.add(
                "all changes: keys that stay, but were interrupted",
                "keys",
                Samples.of(all.stream().map(Movement::interrupted).toList()),
                0);
        double stalled = interruptions.stream().mapToDouble(Long::doubleValue).sum() / 1e6;
        table.add("all changes: time in which a member that stays could not act", "ms", stalled, 0);
        table.add("all changes: keys with two owners at once", "times", overlaps, 0);
    }
}
