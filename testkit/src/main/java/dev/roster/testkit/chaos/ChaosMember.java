package dev.roster.testkit.chaos;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.group.Slot;
import dev.roster.store.Store;
import dev.roster.testkit.witness.HistoryFile;
import dev.roster.testkit.witness.RecordingStore;
import dev.roster.testkit.witness.StoreKeys;
import dev.roster.testkit.witness.Witness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A member of the chaos, in a process of its own: owns keys and a slot, and has effects on the
 * referee and in the store, as fast as a small machine bears. Leaves when its standard input ends.
 */
public final class ChaosMember {
    private static final long PACE_MILLIS = 100;
    private static final long STORE_PACE_MILLIS = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final String name;
    private final Roles roles;
    private final Store store;
    private final Member member;
    private final Witness witness;
    private final RefereeClient referee;

    private ChaosMember(
            String name,
            Roles roles,
            Store store,
            Member member,
            Witness witness,
            RefereeClient referee) {
        this.name = name;
        this.roles = roles;
        this.store = store;
        this.member = member;
        this.witness = witness;
        this.referee = referee;
    }

    /**
     * Arguments: store URL, name, group, lease in milliseconds, referee's port, history file,
     * whether commits are made without their conditions.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Roles roles = new Roles(args[2], Duration.ofMillis(Long.parseLong(args[3])));
        Thread.ofPlatform().daemon().start(() -> endWithInput());
        HistoryFile history = new HistoryFile(Path.of(args[5]));
        try (RefereeClient referee = new RefereeClient(Integer.parseInt(args[4]));
                RecordingStore store =
                        new RecordingStore(
                                Boolean.parseBoolean(args[6])
                                        ? new CarelessStore(open(args[0]))
                                        : open(args[0]),
                                history)) {
            Member member = join(store, args[1], roles);
            store.sentBy(member::incarnation);
            try (Witness witness = new Witness(member, history)) {
                ChaosMember self = new ChaosMember(args[1], roles, store, member, witness, referee);
                self.work();
                LEAVING.await();
                member.close();
            }
        }
        System.exit(0);
    }

    private static final java.util.concurrent.CountDownLatch LEAVING =
            new java.util.concurrent.CountDownLatch(1);

    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said; the end is what is waited for.
            }
        } catch (IOException e) {
            // That is an end, too.
        }
        LEAVING.countDown();
        // It may be on its way in, or the store may be away.
        try {
            Thread.sleep(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(3);
    }

    /** The store may be down when a process starts. */
    private static Store open(String url) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return Store.open(url);
            } catch (StoreUnavailableException | StoreRefusedException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                System.out.println("not open: " + e.getMessage());
                Thread.sleep(200);
            }
        }
    }

    private static Member join(Store store, String name, Roles roles) throws InterruptedException {
        JoinOptions options =
                JoinOptions.defaults()
                        .withName(name)
                        .withLease(roles.lease())
                        .withJoinWithin(PATIENCE);
        return Group.join(store, roles.group(), options);
    }

    private void work() {
        DivisionOptions options =
                DivisionOptions.defaults()
                        .withBackoff(Duration.ofMillis(200), Duration.ofSeconds(1));
        Division.space(member, Roles.SPACE, Roles.PARTITIONS, options)
                .start(work -> act(Roles.SPACE, work));
        Division.of(member, Roles.LIST, options).start(work -> act(Roles.LIST, work));
        Thread.ofPlatform().daemon().name("slot-effects").start(this::actOnSlots);
    }

    private void act(String division, Ownership work) throws InterruptedException {
        String incarnation = member.incarnation();
        while (!witness.started(division, work, incarnation)) {
            Thread.sleep(10);
            incarnation = member.incarnation();
        }
        SplittableRandom random = new SplittableRandom(System.nanoTime());
        long nextInStore = System.nanoTime() + random.nextLong(STORE_PACE_MILLIS * 1_000_000);
        try {
            while (true) {
                boolean mayAct = work.isValid();
                // Whoever acts needs time for it: here a process may be frozen, or its lease end.
                Thread.sleep(random.nextLong(PACE_MILLIS / 2, PACE_MILLIS * 2));
                if (mayAct) {
                    referee.effect(division, work, incarnation);
                    if (System.nanoTime() - nextInStore > 0) {
                        nextInStore = System.nanoTime() + STORE_PACE_MILLIS * 1_000_000;
                        putInStore(division, work, incarnation);
                    }
                }
            }
        } finally {
            witness.ended(division, work, incarnation);
        }
    }

    private void putInStore(String division, Ownership work, String incarnation) {
        Operation effect =
                new Operation.Put(
                        roles.keys().effectKey(division, work.key()),
                        Bytes.utf8(StoreKeys.effect(incarnation, work)));
        if (store.commit(work.fence().guard(effect)) instanceof CommitResult.Refused) {
            witness.refused(division, work, incarnation);
        }
    }

    private void actOnSlots() {
        try {
            while (true) {
                String incarnation = member.incarnation();
                Slot slot = member.slot().orElse(null);
                Thread.sleep(STORE_PACE_MILLIS / 2);
                if (slot != null) {
                    Operation effect =
                            new Operation.Put(
                                    roles.keys().slotEffectKey(name),
                                    Bytes.utf8(StoreKeys.slotEffect(incarnation, slot)));
                    CommitResult unused = store.commit(slot.fence().guard(effect));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
