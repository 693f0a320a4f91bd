package dev.roster.testkit.chaos;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.group.Slot;
import dev.roster.router.Router;
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
 * A member of the chaos, in a process of its own: owns keys and a slot, has effects on the referee
 * and in the store, as fast as a small machine bears, takes in the requests of others, and does
 * jobs. Leaves when its standard input ends.
 */
public final class ChaosMember {
    private static final long PACE_MILLIS = 100;
    private static final long STORE_PACE_MILLIS = 1000;
    private static final long WRITE_MILLIS = 1000;
    private static final long SUBMIT_MILLIS = 1000;

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

    /** Arguments: those of {@link ChildArguments}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        ChildArguments given = ChildArguments.parse(args);
        Leaving leaving = Leaving.begin();
        HistoryFile history = new HistoryFile(Path.of(given.history()));
        Roles roles = given.roles();
        boolean anybody = given.careless() == Carelessness.ROUTES;
        try (RefereeClient referee = new RefereeClient(given.refereePort());
                RecordingStore recording = new RecordingStore(given.openStore(), history);
                Store store = given.mistaken(recording);
                Door door = new Door(roles.keys(), anybody)) {
            Member member = join(store, given.name(), roles, door.address());
            recording.sentBy(member::incarnation);
            try (Witness witness = new Witness(member, history)) {
                ChaosMember self =
                        new ChaosMember(given.name(), roles, store, member, witness, referee);
                Division space = self.work();
                Router router = Patiently.open(() -> Router.of(space));
                door.open(member, store, router);
                JobWork.begin(member, referee, history);
                try (Traffic traffic =
                                new Traffic(
                                        given.process(),
                                        store,
                                        roles,
                                        router,
                                        history,
                                        given.careless(),
                                        WRITE_MILLIS);
                        JobTraffic jobs =
                                new JobTraffic(
                                        given.process(),
                                        store,
                                        history,
                                        leaving::isCalm,
                                        SUBMIT_MILLIS)) {
                    leaving.await();
                }
                member.close();
            }
        }
        System.exit(0);
    }

    private static Member join(Store store, String name, Roles roles, String address)
            throws InterruptedException {
        JoinOptions options =
                JoinOptions.defaults()
                        .withName(name)
                        .withMetadata(address)
                        .withLease(roles.lease())
                        .withJoinWithin(Leaving.PATIENCE);
        return Group.join(store, roles.group(), options);
    }

    /** Begins to; returns the key space. */
    private Division work() {
        DivisionOptions options =
                DivisionOptions.defaults()
                        .withBackoff(Duration.ofMillis(200), Duration.ofSeconds(1));
        Division space =
                Division.space(member, Roles.SPACE, Roles.PARTITIONS, options)
                        .start(work -> act(Roles.SPACE, work));
        Division.of(member, Roles.LIST, options).start(work -> act(Roles.LIST, work));
        Thread.ofPlatform().daemon().name("slot-effects").start(this::actOnSlots);
        return space;
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
