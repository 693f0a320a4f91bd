package dev.roster.it.chaos;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.Store;
import dev.roster.testkit.witness.Witness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A member of the chaos: holds partitions, and for each writes an effect under its fence, again and
 * again. Arguments: store URL, name, history file. SIGTERM makes it leave.
 */
final class ChaosMember {
    static final String GROUP = "chaos";
    static final String DIVISION = "space";
    static final String EFFECTS = "effect/";
    static final int PARTITIONS = 64;
    static final Duration LEASE = Duration.ofSeconds(2);
    private static final long PACE_MILLIS = 100;

    private ChaosMember() {}

    public static void main(String[] args) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            told.countDown();
                            try {
                                left.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }));
        JoinOptions options = JoinOptions.defaults().withName(args[1]).withLease(LEASE);
        try (Store store = Store.open(args[0]);
                Member member = Group.join(store, GROUP, options);
                Witness witness = new Witness(member, DIVISION, Path.of(args[2]))) {
            Division.space(member, DIVISION, PARTITIONS, DivisionOptions.defaults())
                    .start(work -> act(work, member, store, witness));
            told.await();
            member.close();
        } finally {
            left.countDown();
        }
    }

    private static void act(Ownership work, Member member, Store store, Witness witness)
            throws InterruptedException {
        String incarnation = member.incarnation();
        witness.started(work, incarnation);
        try {
            while (true) {
                long asked = System.nanoTime();
                CommitResult answer =
                        store.commit(
                                work.fence()
                                        .guard(
                                                new Operation.Put(
                                                        EFFECTS + work.key(),
                                                        Bytes.utf8(Long.toString(work.token())))));
                witness.effect(work, incarnation, asked, answer instanceof CommitResult.Applied);
                Thread.sleep(PACE_MILLIS);
            }
        } finally {
            witness.ended(work, incarnation);
        }
    }
}
