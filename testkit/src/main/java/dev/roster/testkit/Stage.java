package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Problem;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.group.Group;
import dev.roster.group.GroupListener;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The processes of one test, each with its own way to the store, and what became of them. */
final class Stage implements AutoCloseable {
    /** Long enough for a busy machine, short enough to wait for. */
    static final Duration LEASE = Duration.ofSeconds(2);

    /** What a test waits for at most; far more than it should take. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    static final String GROUP = "importers";
    static final String DIVISION = "feeds";

    private final Supplier<Store> open;
    private final List<CutStore> stores = new CopyOnWriteArrayList<>();
    private final List<Member> members = new CopyOnWriteArrayList<>();
    final List<String> told = new CopyOnWriteArrayList<>();
    final List<Problem> problems = new CopyOnWriteArrayList<>();
    final KeyLog log = new KeyLog();

    Stage(Supplier<Store> open) {
        this.open = open;
    }

    /** One member, with its own store and its part of the division {@link #DIVISION}. */
    record Actor(
            String name, Member member, CutStore store, Division division, @Nullable KeyLog log) {
        /** What it holds and, if that is logged, was told of. */
        List<String> keys() {
            List<String> keys = new ArrayList<>();
            for (Ownership one : division.held()) {
                if (log == null || log.hasStarted(name, one)) {
                    keys.add(one.key());
                }
            }
            return keys;
        }

        int slot() {
            return member.slot().map(slot -> slot.number()).orElse(-1);
        }

        int count() {
            return member.slot().map(slot -> slot.count()).orElse(0);
        }
    }

    /** Another way to the store. */
    CutStore store() {
        CutStore store = new CutStore(open.get());
        stores.add(store);
        return store;
    }

    static JoinOptions fast(String name) {
        return JoinOptions.defaults().withName(name).withLease(LEASE);
    }

    /** Joins without taking part in the division. */
    Actor join(String name) {
        return join(fast(name), DivisionOptions.defaults());
    }

    Actor join(JoinOptions options, DivisionOptions part) {
        CutStore store = store();
        Member member = join(store, GROUP, options);
        return new Actor(options.name(), member, store, Division.of(member, DIVISION, part), null);
    }

    Member join(Store store, String group, JoinOptions options) {
        Member member = Group.join(store, group, options);
        members.add(member);
        member.listen(new Ear(options.name()));
        return member;
    }

    /** Joins and confirms each stop at once; what it is told goes to the {@link #log}. */
    Actor work(String name) {
        return work(name, DivisionOptions.defaults());
    }

    Actor work(String name, DivisionOptions part) {
        return work(fast(name), part);
    }

    Actor work(JoinOptions options, DivisionOptions part) {
        Actor actor = join(options, part);
        actor.division().listen(log.confirming(options.name(), actor.division()));
        return new Actor(actor.name(), actor.member(), actor.store(), actor.division(), log);
    }

    private final class Ear implements GroupListener {
        private final String name;

        Ear(String name) {
            this.name = name;
        }

        @Override
        public void lost(String why) {
            told.add(name + " lost");
        }

        @Override
        public void regained() {
            told.add(name + " regained");
        }

        @Override
        public void joined(String incarnation) {
            told.add(name + " joined");
        }

        @Override
        public void left() {
            told.add(name + " left");
        }

        @Override
        public void problem(Problem problem) {
            problems.add(problem);
        }
    }

    boolean hasProblem(Problem.Kind kind, String subject) {
        return problems.stream()
                .anyMatch(one -> one.kind() == kind && one.subject().contains(subject));
    }

    /** Waits until something is so. */
    static void await(String what, BooleanSupplier check) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!check.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("Waited %s in vain: %s".formatted(PATIENCE, what));
            }
            pause(Duration.ofMillis(5));
        }
    }

    /** Waits until the actors own just these keys among them. */
    static void awaitOwned(Collection<String> keys, Actor... actors) {
        TreeMap<String, Integer> wanted = new TreeMap<>();
        keys.forEach(key -> wanted.merge(key, 1, Integer::sum));
        await(
                "each of %d keys is owned once".formatted(wanted.size()),
                () -> {
                    TreeMap<String, Integer> owned = new TreeMap<>();
                    for (Actor actor : actors) {
                        actor.keys().forEach(key -> owned.merge(key, 1, Integer::sum));
                    }
                    return owned.equals(wanted);
                });
    }

    /** Waits until all are in one view and nobody else is. */
    static void awaitView(Actor... actors) {
        await(
                "a view of these %d".formatted(actors.length),
                () -> {
                    TreeMap<Integer, Long> slots = new TreeMap<>();
                    for (Actor actor : actors) {
                        actor.member()
                                .slot()
                                .filter(slot -> slot.isValid() && slot.count() == actors.length)
                                .ifPresent(slot -> slots.put(slot.number(), slot.generation()));
                    }
                    return slots.size() == actors.length
                            && slots.values().stream().distinct().count() == 1;
                });
    }

    /** Time itself, where that is what the test is about. */
    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    static List<String> keys(String prefix, int count) {
        List<String> keys = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            keys.add(prefix + "%04d".formatted(k));
        }
        return keys;
    }

    static Map<String, Integer> slots(Actor... actors) {
        Map<String, Integer> slots = new TreeMap<>();
        for (Actor actor : actors) {
            slots.put(actor.name(), actor.slot());
        }
        return slots;
    }

    /** Nobody was ever started on a key that another had not confirmed. */
    void assertNoKeyWasSharedEver() {
        assertThat(log.overlaps()).isEmpty();
    }

    @Override
    public void close() {
        stores.forEach(store -> store.become(CutStore.Fault.NONE));
        members.forEach(Member::cancel);
        stores.forEach(CutStore::close);
    }
}
