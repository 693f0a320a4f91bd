package dev.roster.bench.cluster;

import dev.roster.bench.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Makes changes to a cluster, one after another, and keeps what each brought about. */
final class Changes {
    /** What is changed. */
    enum Kind {
        JOIN,
        FRESH_JOIN,
        LEAVE,
        KILL,
        FREEZE
    }

    private final Cluster cluster;
    private final Random random = new Random(42);
    private final Map<Kind, List<Movement>> seen = new TreeMap<>();
    private int turn;

    Changes(Cluster cluster) {
        this.cluster = cluster;
    }

    List<Movement> of(Kind kind) {
        return seen.getOrDefault(kind, List.of());
    }

    List<Movement> all() {
        return seen.values().stream().flatMap(List::stream).toList();
    }

    Samples times(Kind kind) {
        return Samples.millis(of(kind).stream().map(Movement::tookNanos).toList());
    }

    /** One member leaves cleanly, and comes back as a new one. */
    void leaveAndJoin() throws InterruptedException {
        RunningMember member = next();
        List<RunningMember> others = cluster.without(member);
        quiet();
        Map<String, String> before = cluster.owners(cluster.members());
        member.tell("leave");
        long left = Long.parseLong(member.await("leaving"));
        keep(Kind.LEAVE, left, before, others, held(before, member));
        member.await("left");
        quiet();
        Map<String, String> without = cluster.owners(others);
        member.joinAs(cluster.nextName());
        long joined = Long.parseLong(member.await("joining"));
        keep(Kind.JOIN, joined, without, cluster.members(), share());
        member.await("joined");
    }

    /** One member is killed, and a new process takes its place. */
    void killAndReplace() throws IOException, InterruptedException {
        RunningMember member = next();
        List<RunningMember> others = cluster.without(member);
        quiet();
        Map<String, String> before = cluster.owners(cluster.members());
        long killed = System.nanoTime();
        member.kill();
        keep(Kind.KILL, killed, before, others, held(before, member));
        RunningMember fresh = cluster.process();
        fresh.await("ready");
        cluster.replace(member, fresh);
        quiet();
        Map<String, String> without = cluster.owners(others);
        fresh.join();
        long joined = Long.parseLong(fresh.await("joining"));
        keep(Kind.FRESH_JOIN, joined, without, cluster.members(), share());
        fresh.await("joined");
    }

    /** One member is frozen until it has lost everything, then goes on and joins by itself. */
    void freezeAndThaw() throws IOException, InterruptedException {
        RunningMember member = next();
        List<RunningMember> others = cluster.without(member);
        quiet();
        Map<String, String> before = cluster.owners(cluster.members());
        long frozen = System.nanoTime();
        member.freeze();
        keep(Kind.FREEZE, frozen, before, others, held(before, member));
        member.thaw();
        Thread.sleep(1000);
        cluster.awaitBalance(cluster.members());
        member.recovered();
    }

    private RunningMember next() {
        turn++;
        return cluster.members().get(turn % cluster.members().size());
    }

    /** Changes meet a cluster at rest, at any point between two beats. */
    private void quiet() throws InterruptedException {
        Thread.sleep(700 + random.nextInt(300));
    }

    private void keep(
            Kind kind,
            long change,
            Map<String, String> before,
            List<RunningMember> among,
            int fewestMoves)
            throws InterruptedException {
        cluster.awaitBalance(among);
        // What moves needlessly does so soon after.
        Thread.sleep(150);
        cluster.awaitBalance(among);
        seen.computeIfAbsent(kind, unused -> new ArrayList<>())
                .add(
                        Movement.read(
                                cluster.ledger(),
                                change,
                                before,
                                cluster.owners(among),
                                fewestMoves,
                                cluster.spread(among)));
    }

    private static int held(Map<String, String> owners, RunningMember member) {
        return (int) owners.values().stream().filter(member.name()::equals).count();
    }

    /** What a newcomer has to get at least, and so what has to move. */
    private int share() {
        return MemberProcess.PARTITIONS / cluster.members().size();
    }
}
