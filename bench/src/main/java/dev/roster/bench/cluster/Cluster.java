package dev.roster.bench.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The member processes of one group, on one file. */
final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path database;
    private final Duration lease;
    private final boolean watched;
    private final Ledger ledger = new Ledger();
    private final List<RunningMember> members = new ArrayList<>();
    private int named;

    private Cluster(Path database, Duration lease, boolean watched) {
        this.watched = watched;
        this.database = database;
        this.lease = lease;
    }

    /** So many members that have shared out the keys. */
    static Cluster start(Path database, Duration lease, boolean watched, int members)
            throws IOException, InterruptedException {
        Cluster cluster = new Cluster(database, lease, watched);
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
        return RunningMember.start(database, lease, watched, ledger, nextName());
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

    /** Waits until these members own everything, each as many as the others or one more. */
    void awaitBalance(List<RunningMember> among) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (owners(among).size() < MemberProcess.PARTITIONS || spread(among) > 1) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "No balance within %s: %s".formatted(PATIENCE, ledger.problems()));
            }
            Thread.sleep(5);
        }
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
