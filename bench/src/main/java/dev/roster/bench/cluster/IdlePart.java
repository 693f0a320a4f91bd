package dev.roster.bench.cluster;

import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.StoreServers;
import dev.roster.bench.Table;
import dev.roster.group.JoinOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures what three members cost that own keys and have nothing to do. */
public final class IdlePart implements Part {
    private static final int MEMBERS = 3;
    private static final double CPU_PERCENT = 1;
    private static final double OPERATIONS_A_SECOND = 1;
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final Duration MEASURE = Duration.ofSeconds(30);

    private record Usage(double cpuSeconds, List<Long> counts) {}

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String summary() {
        return "CPU and store operations of members that do nothing (40 s a store)";
    }

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        if (!ProcessTime.isKnown()) {
            return "Not measured: this system has no /proc.\n";
        }
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
        Duration lease = JoinOptions.defaults().lease();
        Launch launch = Launch.ours(stores.url(store), lease, false);
        try (Cluster cluster = Cluster.start(launch, MEMBERS)) {
            Thread.sleep(SETTLE);
            List<Usage> before = usage(cluster);
            long operations = stores.operations(store);
            long begin = System.nanoTime();
            Thread.sleep(MEASURE);
            List<Usage> after = usage(cluster);
            double seconds = (System.nanoTime() - begin) / 1e9;
            Table table = table(before, after, seconds);
            operations = stores.operations(store) - operations;
            if (operations > 0) {
                table.add(
                        "operations that the server counted, of each member",
                        "a second",
                        operations / seconds / MEMBERS,
                        OPERATIONS_A_SECOND);
            }
            return table.markdown();
        }
    }

    private static Table table(List<Usage> before, List<Usage> after, double seconds) {
        Table table = new Table();
        List<Double> cpu = new ArrayList<>();
        for (int m = 0; m < MEMBERS; m++) {
            cpu.add(100 * (after.get(m).cpuSeconds - before.get(m).cpuSeconds) / seconds);
        }
        String of = "one of %d members, lease 15 s: ".formatted(MEMBERS);
        table.add(of + "CPU", "% of a core", Samples.of(cpu), CPU_PERCENT);
        String[] kinds = {"reads", "commits", "notices of changes"};
        for (int k = 0; k < kinds.length; k++) {
            List<Double> rates = new ArrayList<>();
            for (int m = 0; m < MEMBERS; m++) {
                rates.add((after.get(m).counts.get(k) - before.get(m).counts.get(k)) / seconds);
            }
            table.add(of + kinds[k], "a second", Samples.of(rates));
        }
        return table;
    }

    private static List<Usage> usage(Cluster cluster) throws IOException, InterruptedException {
        List<Usage> usages = new ArrayList<>();
        for (RunningMember member : cluster.members()) {
            member.tell("count");
            List<Long> counts =
                    Arrays.stream(member.await("counted").split(" ")).map(Long::valueOf).toList();
            usages.add(new Usage(ProcessTime.seconds(member.pid()), counts));
        }
        return usages;
    }
}
