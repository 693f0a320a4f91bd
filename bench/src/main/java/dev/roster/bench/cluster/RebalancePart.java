package dev.roster.bench.cluster;

import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.StoreServers;
import dev.roster.bench.Table;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How many operations a server carries out when one more member joins, by its own count, among ever
 * more members: they should grow as the members do, and not as their square. Each member has a
 * handle of its own on the store, as if it were a process.
 */
public final class RebalancePart implements Part {
    private static final int PARTITIONS = 256;
    private static final List<Integer> MEMBERS = List.of(3, 6, 12, 24);
    private static final int JOINS = 3;
    private static final Duration QUIET = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A member, and how many keys it works on. */
    private record Running(Store store, Member member, HeldKeys held) {}

    @Override
    public String name() {
        return "rebalance";
    }

    @Override
    public String summary() {
        return "operations of a store's server when a member joins (2 min a store)";
    }

    @Override
    public String measured(Path directory) throws IOException, InterruptedException {
        Table table = new Table();
        try (StoreServers servers = new StoreServers(directory)) {
            for (String name : StoreServers.chosen()) {
                if (!name.equals("sqlite")) {
                    for (int members : MEMBERS) {
                        measure(servers, name, members, table);
                    }
                }
            }
        }
        return table.markdown();
    }

    private static void measure(StoreServers servers, String name, int count, Table table)
            throws IOException, InterruptedException {
        String url = servers.url(name);
        List<Running> members = new ArrayList<>();
        List<Long> each = new ArrayList<>();
        try {
            while (members.size() < count) {
                join(url, members);
            }
            for (int join = 0; join < JOINS; join++) {
                // What they ask when nothing happens is not the join's.
                Thread.sleep(QUIET);
                long before = servers.operations(name);
                long began = System.nanoTime();
                Thread.sleep(QUIET);
                double idle =
                        (servers.operations(name) - before) / (double) (System.nanoTime() - began);
                before = servers.operations(name);
                began = System.nanoTime();
                join(url, members);
                Thread.sleep(QUIET);
                double meanwhile = idle * (System.nanoTime() - began);
                each.add(Math.round(servers.operations(name) - before - meanwhile));
                leave(members.removeLast());
            }
        } finally {
            while (!members.isEmpty()) {
                leave(members.removeLast());
            }
        }
        String of = "%s, one joins %d, %d partitions: ".formatted(name, count, PARTITIONS);
        table.add(of + "operations", "", Samples.of(each));
        table.add(
                of + "for each member",
                "",
                Samples.of(each.stream().map(all -> all / (count + 1.0)).toList()));
    }

    /** Returns when the keys are level. */
    private static void join(String url, List<Running> members) throws InterruptedException {
        Store store = Store.open(url);
        Member member = Group.join(store, "rebalance", JoinOptions.defaults());
        Division division = Division.space(member, "keys", PARTITIONS, DivisionOptions.defaults());
        HeldKeys held = new HeldKeys(division);
        division.listen(held);
        members.add(new Running(store, member, held));
        long begin = System.nanoTime();
        while (!HeldKeys.areLevel(members.stream().map(Running::held).toList(), PARTITIONS)) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException("No balance within " + PATIENCE);
            }
            Thread.sleep(5);
        }
    }

    private static void leave(Running one) {
        one.member.leave(PATIENCE);
        one.store.close();
    }
}
