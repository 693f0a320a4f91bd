package dev.roster.bench.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The member processes of one group. */
final class Cluster implements AutoCloseable {
    /** How long nothing moves before others than we count as settled. */
    private static final long SETTLED_NANOS = 1_500_000_000L;

    private final Launch launch;
    private final boolean level;
    private final Duration patience;
    private final Ledger ledger = new Ledger();
    private final List<RunningMember> members = new ArrayList<>();
    private int named;

    private Cluster(Launch launch, boolean level, Duration patience) {
        this.launch = launch;
        this.level = level;
        this.patience = patience;
    }

    /** So many members of ours that have shared out the keys. */
    static Cluster start(Launch launch, int members) throws IOException, InterruptedException {
        return start(launch, true, Duration.ofSeconds(60), members);
    }

    /**
     * So many members that have shared out the keys.
     *
     * @param level whether to wait until they are level; without, until nothing moves any more
     * @param patience how long to wait at most
     */
    static Cluster start(Launch launch, boolean level, Duration patience, int members)
            throws IOException, InterruptedException {
        Cluster cluster = new Cluster(launch, level, patience);
        for (int m = 0; m < members; m++) {
            cluster.members.add(cluster.process());
        }
        for (RunningMember member : cluster.members) {
            member.await("ready");
            member.join();
            member.await("joined");
        }
        cluster.awaitBalance(cluster.members);
        return cluster;
    }

    /** A process that has not joined yet and is no member. */
    RunningMember process() throws IOException {
        return RunningMember.start(launch, ledger, nextName());
    }

    String nextName() {
        named++;
        return "m" + named;
    }

    Ledger ledger() {
        return ledger;
    }

    List<RunningMember> members() {
        return members;
    }

    List<RunningMember> without(RunningMember one) {
        return members.stream().filter(other -> !other.equals(one)).toList();
    }

    void replace(RunningMember gone, RunningMember by) {
        members.set(members.indexOf(gone), by);
    }

    Map<String, String> owners(List<RunningMember> among) {
        return ledger.owners(among.stream().map(RunningMember::name).toList());
    }

    /** Waits until these members own everything, and are level or settled. */
    void awaitBalance(List<RunningMember> among) throws InterruptedException {
        long begin = System.nanoTime();
        while (owners(among).size() < MemberProcess.PARTITIONS || !isAtRest(among)) {
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new IllegalStateException(
                        "No balance within %s: %d of %d keys owned, %s"
                                .formatted(
                                        patience,
                                        owners(among).size(),
                                        MemberProcess.PARTITIONS,
                                        ledger.problems()));
            }
            Thread.sleep(5);
        }
    }

    private boolean isAtRest(List<RunningMember> among) {
        if (level) {
            return spread(among) <= 1;
        }
        long owning = owners(among).values().stream().distinct().count();
        return owning == among.size() && System.nanoTime() - ledger.lastChange() > SETTLED_NANOS;
    }

    /** How many keys the member with most has more than the one with fewest. */
    int spread(List<RunningMember> among) {
        Map<String, Integer> held = new TreeMap<>();
        among.forEach(member -> held.put(member.name(), 0));
        owners(among).values().forEach(owner -> held.merge(owner, 1, Integer::sum));
        return Collections.max(held.values()) - Collections.min(held.values());
    }

    @Override
    public void close() throws InterruptedException {
        for (RunningMember member : members) {
            member.tell("leave");
        }
        for (RunningMember member : members) {
            member.close();
        }
    }
}
