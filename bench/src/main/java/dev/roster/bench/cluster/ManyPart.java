package dev.roster.bench.cluster;

import dev.roster.bench.Part;
import dev.roster.bench.Samples;
import dev.roster.bench.StoreServers;
import dev.roster.bench.Table;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.group.Group;
import dev.roster.group.GroupStatus;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How long a hundred members of one JVM take to join together and to share out the keys. */
public final class ManyPart implements Part {
    private static final int MEMBERS = 100;
    private static final int PARTITIONS = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double GOAL_SECONDS = 10;

    @Override
    public String name() {
        return "many";
    }

    @Override
    public String summary() {
        return "a hundred members in one JVM (20 s a store)";
    }

    @Override
    public String measured(Path directory) throws InterruptedException {
        Table table = new Table();
        try (StoreServers stores = new StoreServers(directory);
                ExecutorService joiners = Executors.newFixedThreadPool(MEMBERS)) {
            for (String name : StoreServers.chosen()) {
                try (Store store = Store.open(stores.url(name))) {
                    measure(name, store, joiners, table);
                }
            }
        }
        return table.markdown();
    }

    private static void measure(String name, Store store, ExecutorService joiners, Table table)
            throws InterruptedException {
        String group = "many";
        List<HeldKeys> held = new CopyOnWriteArrayList<>();
        List<Future<Member>> joining = new ArrayList<>();
        long begin = System.nanoTime();
        for (int m = 0; m < MEMBERS; m++) {
            int number = m;
            joining.add(joiners.submit(() -> join(store, group, number, held)));
        }
        List<Member> members = new ArrayList<>();
        for (Future<Member> one : joining) {
            members.add(joined(one));
        }
        double joined = (System.nanoTime() - begin) / 1e9;
        while (!HeldKeys.areLevel(held, PARTITIONS)) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException("No balance within " + PATIENCE);
            }
            Thread.sleep(5);
        }
        double balanced = (System.nanoTime() - begin) / 1e9;
        GroupStatus status = GroupStatus.read(store, group);
        String of = "%s, %d members, %d partitions: ".formatted(name, MEMBERS, PARTITIONS);
        table.add(of + "all joined", "s", Samples.of(List.of(joined)));
        table.add(of + "all joined and balanced", "s", balanced, GOAL_SECONDS);
        table.add(of + "views", "views", Samples.of(List.of(status.generation())));
        List<Future<Boolean>> leaving = new ArrayList<>();
        members.forEach(
                member -> leaving.add(joiners.submit(() -> member.leave(Duration.ofSeconds(30)))));
        for (Future<Boolean> one : leaving) {
            joined(one);
        }
    }

    private static <T> T joined(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A member did not join or leave.", e);
        }
    }

    private static Member join(Store store, String group, int number, List<HeldKeys> held) {
        Member member = Group.join(store, group, JoinOptions.defaults().withName("m" + number));
        Division division = Division.space(member, "keys", PARTITIONS, DivisionOptions.defaults());
        HeldKeys own = new HeldKeys(division);
        held.add(own);
        division.listen(own);
        return member;
    }
}
