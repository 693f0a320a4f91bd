package dev.roster.testkit;

import static dev.roster.testkit.Stage.LEASE;
import static dev.roster.testkit.Stage.PATIENCE;
import static dev.roster.testkit.Stage.await;
import static dev.roster.testkit.Stage.awaitView;
import static dev.roster.testkit.Stage.fast;
import static dev.roster.testkit.Stage.pause;
import static dev.roster.testkit.Stage.slots;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.Problem;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.group.GroupListener;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.group.Slot;
import dev.roster.store.Store;
import dev.roster.testkit.Stage.Actor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What members of a group may expect on any store: the acceptance tests M1 to M10. M11, a network
 * that falls apart, is the simulation's. A store's test extends this class and says how to open it.
 */
@Timeout(60)
public abstract class MembershipContract {
    /** So long that nobody loses it on a machine that stands still for a while. */
    private static final Duration LONG_LEASE = Duration.ofSeconds(10);

    private Stage stage;

    /** Opens another handle on the same content, as another process would; new for each test. */
    protected abstract Store open();

    @BeforeEach
    final void openStage() {
        stage = new Stage(this::open);
    }

    @AfterEach
    final void closeStage() {
        stage.close();
    }

    @Test
    protected void m1FourProcessesHaveFourSlotsAndAgree() {
        Actor[] all = four();
        try (SlotWitness witness = new SlotWitness(all)) {
            awaitView(all);
            List<List<String>> contents = new ArrayList<>();
            for (Actor actor : all) {
                contents.add(actor.member().slot().orElseThrow().members());
            }
            assertThat(contents).containsOnly(contents.getFirst());
            assertThat(contents.getFirst()).doesNotHaveDuplicates().hasSize(4);
            assertThat(slots(all).values()).containsExactlyInAnyOrder(0, 1, 2, 3);
            assertThat(witness.violations()).isEmpty();
        }
    }

    private Actor[] four() {
        return four(LEASE);
    }

    private Actor[] four(Duration lease) {
        List<Actor> all = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            all.add(stage.join(fast(name).withLease(lease), DivisionOptions.defaults()));
        }
        return all.toArray(Actor[]::new);
    }

    @Test
    protected void m2TenMembersOfOneProcessShareAStore() {
        CutStore store = stage.store();
        List<Member> members = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int m = 0; m < 10; m++) {
            String name = "thread" + m;
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> members.add(stage.join(store, Stage.GROUP, fast(name)))));
        }
        await("ten joined", () -> members.size() == 10);
        await(
                "ten slots",
                () ->
                        members.stream()
                                .mapToInt(member -> member.slot().map(Slot::number).orElse(-1))
                                .sorted()
                                .boxed()
                                .toList()
                                .equals(IntStream.range(0, 10).boxed().toList()));
        assertThat(threads).hasSize(10);
    }

    @Test
    protected void m3NewcomersMoveNobodyAndALeaverMovesAtMostOne() {
        Actor a = stage.join("a");
        Actor b = stage.join("b");
        awaitView(a, b);
        Map<String, Integer> before = slots(a, b);
        Actor[] six = {a, b, stage.join("c"), stage.join("d"), stage.join("e"), stage.join("f")};
        try (SlotWitness witness = new SlotWitness(six)) {
            awaitView(six);
            assertThat(slots(six)).containsAllEntriesOf(before);
            Map<String, Integer> full = slots(six);
            assertThat(a.member().leave(PATIENCE)).isTrue();
            Actor[] five = {b, six[2], six[3], six[4], six[5]};
            awaitView(five);
            long moved = 0;
            for (Actor actor : five) {
                moved += Integer.valueOf(actor.slot()).equals(full.get(actor.name())) ? 0 : 1;
            }
            assertThat(moved).isLessThanOrEqualTo(1);
            assertThat(witness.violations()).isEmpty();
        }
    }

    @Test
    protected void m4ALeaveIsOverWithinASecondForAnyoneAndForTheFirst() {
        long anyone = Long.MAX_VALUE;
        long first = Long.MAX_VALUE;
        // The best of some: a busy machine delays one now and then.
        for (int round = 0; round < 3 && Math.max(anyone, first) >= 1000; round++) {
            Actor[] all = four(LONG_LEASE);
            awaitView(all);
            anyone = Math.min(anyone, millisToLeave(all[2], all[0], all[1], all[3]));
            first = Math.min(first, millisToLeave(all[0], all[1], all[3]));
            assertThat(stage.told).doesNotContain("b lost", "d lost");
            assertThat(all[1].member().leave(PATIENCE)).isTrue();
            assertThat(all[3].member().leave(PATIENCE)).isTrue();
        }
        assertThat(anyone).isLessThan(1000);
        assertThat(first).isLessThan(1000);
    }

    private static long millisToLeave(Actor leaver, Actor... others) {
        long start = System.nanoTime();
        assertThat(leaver.member().leave(PATIENCE)).isTrue();
        awaitView(others);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    @Test
    protected void m5ACrashOfTheFirstIsOverWithTheLeaseAndNoSlotIsHeldTwice() {
        Actor[] all = four();
        awaitView(all);
        try (SlotWitness witness = new SlotWitness(all)) {
            long start = System.nanoTime();
            all[0].store().become(CutStore.Fault.HANGING);
            all[0].member().cancel();
            awaitView(all[1], all[2], all[3]);
            // After a pause of its own, an observer begins its watching anew.
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(LEASE.multipliedBy(5));
            assertThat(witness.violations()).isEmpty();
        }
    }

    @Test
    protected void m6WorkLongerThanTheLeaseCostsNobodyItsPlace() throws InterruptedException {
        JoinOptions options = fast("busy").withSlotStop(Duration.ofMillis(300));
        Actor busy = stage.join(options, DivisionOptions.defaults());
        AtomicBoolean end = new AtomicBoolean();
        busy.member()
                .onSlot(slot -> {
                    // Work that does not listen when it is interrupted.
                    while (!end.get()) {
                        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
                    }
                });
        String incarnation = busy.member().incarnation();
        Slot alone = busy.member().awaitSlot(PATIENCE);
        pause(LEASE.plusMillis(500));
        await("it may act, alone, after more than a lease", alone::isValid);

        Actor joiner = stage.join("joiner");
        long start = System.nanoTime();
        try (SlotWitness witness = new SlotWitness(busy, joiner)) {
            awaitView(busy, joiner);
            // Without the option it would be 5 s.
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(LEASE.multipliedBy(2));
            assertThat(alone.isValid()).as("the slot of the view before").isFalse();
            assertThat(commit(busy, alone)).isInstanceOf(CommitResult.Refused.class);
            await(
                    "told of work that does not stop",
                    () -> stage.hasProblem(Problem.Kind.STUCK_HANDLER, "slot"));
            assertThat(busy.member().incarnation()).isEqualTo(incarnation);
            assertThat(stage.told).doesNotContain("busy lost");
            assertThat(witness.violations()).isEmpty();
        }
        end.set(true);
    }

    private static CommitResult commit(Actor actor, Slot slot) {
        return actor.store()
                .commit(slot.fence().guard(new Operation.Put("effect", Bytes.utf8("x"))));
    }

    @Test
    protected void m7WhoIsFrozenPastTheLeaseIsToldAndCannotWriteAndMakesUpForNothing() {
        Actor frozen = stage.join("frozen");
        Actor other = stage.join("other");
        awaitView(frozen, other);
        List<Long> ticks = new CopyOnWriteArrayList<>();
        Duration interval = Duration.ofMillis(200);
        frozen.member().every(interval, slot -> ticks.add(System.nanoTime()));
        await("ticks", () -> ticks.size() > 2);
        Slot stale = frozen.member().slot().orElseThrow();
        assertThat(commit(frozen, stale)).isInstanceOf(CommitResult.Applied.class);
        try (SlotWitness witness = new SlotWitness(frozen, other)) {
            frozen.store().become(CutStore.Fault.HANGING);
            awaitView(other);
            assertThat(stale.isValid()).isFalse();
            await("it is told", () -> stage.told.contains("frozen lost"));
            ticks.clear();
            pause(interval.multipliedBy(4));
            assertThat(ticks).as("ticks without a slot").isEmpty();

            frozen.store().become(CutStore.Fault.NONE);
            assertThat(commit(frozen, stale)).isInstanceOf(CommitResult.Refused.class);
            awaitView(frozen, other);
            await("ticks again", () -> ticks.size() > 4);
            List<Long> again = List.copyOf(ticks);
            // The first may be late and the last in time; more than two that are made up for show.
            assertThat(again.getLast() - again.getFirst())
                    .as("the time of %d ticks", again.size())
                    .isGreaterThan(interval.multipliedBy(again.size() - 3).toNanos());
            assertThat(witness.violations()).isEmpty();
        }
    }

    @Test
    protected void m7WhoHearsNoRepliesGivesWay() {
        Actor deaf = stage.join("deaf");
        Actor other = stage.join("other");
        awaitView(deaf, other);
        try (SlotWitness witness = new SlotWitness(deaf, other)) {
            deaf.store().become(CutStore.Fault.LOSING_REPLIES);
            awaitView(other);
            await("it is told", () -> stage.told.contains("deaf lost"));
            deaf.store().become(CutStore.Fault.NONE);
            awaitView(deaf, other);
            assertThat(witness.violations()).isEmpty();
        }
    }

    @Test
    protected void m8TicksAreStaggeredBySlotAndAnewAfterAChange() {
        Actor[] all = four();
        Duration interval = Duration.ofMillis(600);
        Map<String, List<Double>> phases = new ConcurrentHashMap<>();
        for (Actor actor : all) {
            actor.member()
                    .every(
                            interval,
                            slot ->
                                    phases.computeIfAbsent(
                                                    slot.number() + "/" + slot.count(),
                                                    unused -> new CopyOnWriteArrayList<>())
                                            .add(
                                                    System.currentTimeMillis()
                                                            % interval.toMillis()
                                                            / (double) interval.toMillis()));
        }
        awaitView(all);
        awaitPhases(phases, 4);
        assertThat(all[1].member().leave(PATIENCE)).isTrue();
        awaitView(all[0], all[2], all[3]);
        awaitPhases(phases, 3);
    }

    private static void awaitPhases(Map<String, List<Double>> phases, int count) {
        for (int slot = 0; slot < count; slot++) {
            String name = slot + "/" + count;
            await("ticks of " + name, () -> phases.getOrDefault(name, List.of()).size() >= 3);
            List<Double> seen = new ArrayList<>(phases.getOrDefault(name, List.of()));
            double due = (double) slot / count;
            // The best of some: a busy machine delays one now and then.
            double off = seen.stream().mapToDouble(at -> (at - due + 1) % 1).min().orElse(1);
            assertThat(off).as("phase of %s: %s", name, seen).isLessThan(0.1);
        }
    }

    @Test
    protected void m10GroupsWithTheSameNamesOfEverythingElseDoNotMeet() {
        List<String> groups = List.of("one", "one/m", "one/d/feeds", "on", "ONE", "%2F", "/");
        Map<String, List<String>> ran = new ConcurrentHashMap<>();
        CutStore store = stage.store();
        List<Member> members = new ArrayList<>();
        for (String group : groups) {
            Member member = stage.join(store, group, fast("same"));
            members.add(member);
            Division division = Division.of(member, Stage.DIVISION);
            division.start(work ->
                    ran.computeIfAbsent(group, unused -> new CopyOnWriteArrayList<>())
                            .add(work.key()));
            division.keys().add("of " + group);
        }
        await("each group's key", () -> ran.size() == groups.size());
        for (String group : groups) {
            assertThat(ran.get(group)).containsExactly("of " + group);
        }
        for (Member member : members) {
            await("a slot", () -> member.slot().isPresent());
            assertThat(member.slot().orElseThrow().count()).isEqualTo(1);
        }
    }

    @Test
    protected void anEvictedMemberComesBackByItselfAsAnother() {
        Actor a = stage.join("a");
        Actor b = stage.join("b");
        awaitView(a, b);
        String before = a.member().incarnation();
        a.store().become(CutStore.Fault.REFUSING);
        awaitView(b);
        a.store().become(CutStore.Fault.NONE);
        awaitView(a, b);
        assertThat(a.member().incarnation()).isNotEqualTo(before).startsWith("a~");
        assertThat(stage.hasProblem(Problem.Kind.MEMBER_EVICTED, before)).isTrue();
    }

    @Test
    protected void aShortOutageCostsNobodyAnything() {
        // Who beat just before it has a second left when it is over.
        Duration lease = LEASE.multipliedBy(2);
        Actor[] all = four(lease);
        awaitView(all);
        long generation = all[0].member().slot().orElseThrow().generation();
        for (Actor actor : all) {
            actor.store().become(CutStore.Fault.REFUSING);
        }
        pause(lease.dividedBy(3));
        for (Actor actor : all) {
            actor.store().become(CutStore.Fault.NONE);
        }
        pause(lease);
        awaitView(all);
        assertThat(all[0].member().slot().orElseThrow().generation()).isEqualTo(generation);
        assertThat(stage.told).noneMatch(line -> line.endsWith("lost"));
    }

    @Test
    protected void aSlotThatIsToldMayBeActedOnAtOnceAlsoAfterAnOutage() {
        Actor alone = stage.join("alone");
        List<Boolean> valid = new CopyOnWriteArrayList<>();
        alone.member()
                .listen(
                        new GroupListener() {
                            @Override
                            public void slotStarted(Slot slot) {
                                valid.add(slot.isValid());
                            }
                        });
        await("a slot", () -> valid.size() == 1);
        alone.store().become(CutStore.Fault.REFUSING);
        await("lost", () -> stage.told.contains("alone lost"));
        alone.store().become(CutStore.Fault.NONE);
        await("the slot again", () -> valid.size() == 2);
        assertThat(valid).containsExactly(true, true);
    }

    @Test
    protected void aSlotsHandlerStopsBeforeTheNextViewIsAnyones() {
        Map<Long, Integer> running = new ConcurrentHashMap<>();
        List<String> violations = new CopyOnWriteArrayList<>();
        List<Actor> actors = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            Actor actor = stage.join(name);
            actors.add(actor);
            actor.member()
                    .onSlot(slot -> {
                        running.merge(slot.generation(), 1, Integer::sum);
                        running.forEach((generation, count) -> {
                            if (generation != slot.generation() && count > 0) {
                                violations.add(generation + " runs when " + slot + " begins");
                            }
                        });
                        while (!Thread.currentThread().isInterrupted()) {
                            LockSupport.park();
                        }
                        // Takes its time, so that whoever does not wait for it is seen.
                        long done = System.nanoTime() + Duration.ofMillis(50).toNanos();
                        while (System.nanoTime() - done < 0) {
                            Thread.onSpinWait();
                        }
                        running.merge(slot.generation(), -1, Integer::sum);
                    });
        }
        awaitView(actors.get(0), actors.get(1), actors.get(2));
        assertThat(actors.get(1).member().leave(PATIENCE)).isTrue();
        awaitView(actors.get(0), actors.get(2));
        assertThat(violations).isEmpty();
    }
}
