package dev.roster.testkit;

import static dev.roster.testkit.Stage.LEASE;
import static dev.roster.testkit.Stage.PATIENCE;
import static dev.roster.testkit.Stage.await;
import static dev.roster.testkit.Stage.awaitOwned;
import static dev.roster.testkit.Stage.fast;
import static dev.roster.testkit.Stage.keys;
import static dev.roster.testkit.Stage.pause;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Affinity;
import dev.roster.Problem;
import dev.roster.StoreUnavailableException;
import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import dev.roster.store.Store;
import dev.roster.testkit.Stage.Actor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a division does with its keys on any store: the acceptance tests D1 to D7 and D10 to D15.
 * D8, D9 and D13 are in {@link PlacementContract}, and D14 is a benchmark. A store's test extends
 * this class and says how to open it.
 */
@Timeout(60)
public abstract class DivisionContract {
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

    private Actor[] two() {
        return new Actor[] {stage.work("d1"), stage.work("d2")};
    }

    @Test
    protected void d1TwoMembersCoverAPrefixExactlyAndNothingElse() {
        Actor[] two = two();
        List<String> mine = keys("/process/me/", 5);
        two[0].division().keys().add(mine);
        Division.of(two[0].member(), "others").keys().add("/process/you/1");
        awaitOwned(mine, two);
        assertThat(two[0].keys()).hasSizeBetween(2, 3);
        assertThat(stage.log.lines()).noneMatch(line -> line.key().startsWith("/process/you"));

        two[0].division().keys().add("/process/you/1");
        two[0].division().keys().add("/process/mea");
        assertThat(two[1].division().keys().removePrefix("/process/me/")).isEqualTo(5);
        awaitOwned(List.of("/process/you/1", "/process/mea"), two);
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void d2NewKeysAreStartedOncePromptly() {
        Actor[] two = two();
        List<String> all = new ArrayList<>();
        long best = Long.MAX_VALUE;
        // The best of some: a busy machine delays one now and then.
        for (int round = 0; round < 3 && best >= 1000; round++) {
            List<String> five = keys("k" + round, 5);
            all.addAll(five);
            long start = System.nanoTime();
            assertThat(two[0].division().keys().add(five)).isEqualTo(5);
            awaitOwned(all, two);
            best = Math.min(best, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            assertThat(two[1].division().keys().add(five)).isZero();
        }
        assertThat(best).isLessThan(1000);
        for (String key : all) {
            await("the start", () -> stage.log.starts(key) == 1);
        }
        assertThat(stage.log.lines()).hasSameSizeAs(all);
    }

    @Test
    protected void d3OthersStartOnlyWhatALeaverHasConfirmed() {
        Actor[] two = two();
        List<String> all = keys("k", 10);
        two[0].division().keys().add(all);
        awaitOwned(all, two);
        List<String> had = two[0].keys();
        assertThat(two[0].member().leave(PATIENCE)).isTrue();
        awaitOwned(all, two[1]);
        for (String key : had) {
            assertThat(
                            stage.log.lines().stream()
                                    .filter(line -> line.key().equals(key))
                                    .map(line -> line.member() + " " + line.kind()))
                    .containsExactly("d1 START", "d1 STOP", "d1 CONFIRM", "d2 START");
        }
        Actor again = stage.work("d1");
        await("work for the newcomer", () -> again.keys().size() == 5);
        awaitOwned(all, again, two[1]);
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void d3ASlowStopHoldsUpItsOwnKeyOnly() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Actor slow = stage.join("slow");
        slow.division()
                .listen(
                        new DivisionListener() {
                            @Override
                            public void start(Ownership ownership) {
                                stage.log.add("slow", KeyLog.Kind.START, ownership);
                            }

                            @Override
                            public void stop(Ownership ownership, StopReason reason)
                                    throws InterruptedException {
                                stage.log.add("slow", KeyLog.Kind.STOP, ownership);
                                if (ownership.key().equals("k0000")) {
                                    stopped.await();
                                }
                                stage.log.confirm("slow", slow.division(), ownership);
                            }
                        });
        List<String> all = keys("k", 6);
        slow.division().keys().add(all);
        awaitOwned(all, slow);
        Actor other = stage.work("other");
        slow.division().setAffinity(Affinity.NONE);
        Thread flush =
                Thread.ofVirtual().start(() -> slow.division().flush(Duration.ofSeconds(20)));
        awaitOwned(all.subList(1, 6), other);
        assertThat(stage.log.starts("k0000")).isEqualTo(1);
        stopped.countDown();
        awaitOwned(all, other);
        flush.join();
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void d4RemovedKeysStopWhereverTheyRunUntilTheyAreAddedAgain() {
        Actor[] two = two();
        List<String> all = keys("", 10);
        two[0].division().keys().add(all);
        awaitOwned(all, two);
        List<String> removed = List.of("0000", "0001", "0008");
        assertThat(two[1].division().keys().remove(removed)).isEqualTo(3);
        List<String> rest = new ArrayList<>(all);
        rest.removeAll(removed);
        awaitOwned(rest, two);
        assertThat(two[0].division().keys().state("0001")).isEmpty();
        two[0].division().keys().add("0001");
        rest.add("0001");
        awaitOwned(rest, two);
        // More than once if it is taken again before the plan has heard that it was removed.
        assertThat(stage.log.starts("0001")).isGreaterThan(1);
        all.remove("0001");
        assertThat(all).allMatch(key -> stage.log.starts(key) == 1);
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void d5HeldIsWhatStartedAndWasNotConfirmed() throws InterruptedException {
        CountDownLatch confirm = new CountDownLatch(1);
        Actor one = stage.join("one");
        one.division()
                .listen(
                        new DivisionListener() {
                            @Override
                            public void start(Ownership ownership) {
                                stage.log.add("one", KeyLog.Kind.START, ownership);
                            }

                            @Override
                            public void stop(Ownership ownership, StopReason reason)
                                    throws InterruptedException {
                                stage.log.add("one", KeyLog.Kind.STOP, ownership);
                                confirm.await();
                                stage.log.confirm("one", one.division(), ownership);
                            }
                        });
        one.division().keys().add(keys("k", 3));
        awaitOwned(keys("k", 3), one);
        assertThat(one.division().held("k0001").orElseThrow().isValid()).isTrue();
        one.division().keys().remove("k0001");
        await("the stop", () -> stage.log.count(KeyLog.Kind.STOP) == 1);
        assertThat(one.keys()).containsExactlyElementsOf(keys("k", 3));
        confirm.countDown();
        awaitOwned(List.of("k0000", "k0002"), one);
        await("no word of the other", () -> one.division().held("k0001").isEmpty());
    }

    @Test
    protected void d6FlushReturnsOnlyAfterAllConfirms() {
        Actor[] two = two();
        List<String> all = keys("k", 20);
        two[0].division().keys().add(all);
        awaitOwned(all, two);
        int had = two[0].keys().size();
        stage.log.forget();
        two[0].division().flush(Duration.ofSeconds(10));
        assertThat(
                        stage.log.lines().stream()
                                .filter(line -> line.member().equals("d1"))
                                .filter(line -> line.kind() == KeyLog.Kind.CONFIRM))
                .hasSize(had);
        assertThat(two[0].keys()).isEmpty();
        assertThat(two[0].division().affinity()).isEqualTo(Affinity.NONE);
        long start = System.nanoTime();
        awaitOwned(all, two[1]);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));

        two[0].division().keys().add(keys("new", 4));
        List<String> more = new ArrayList<>(all);
        more.addAll(keys("new", 4));
        awaitOwned(more, two[1]);
        two[0].division().setAffinity(Affinity.DEFAULT);
        two[0].division().keys().add(keys("newer", 4));
        await("new keys after the flush", () -> !two[0].keys().isEmpty());
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void d6FlushThatSomebodyEndsSaysSo() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Actor one = stage.join("one");
        one.division()
                .listen(
                        new DivisionListener() {
                            @Override
                            public void start(Ownership ownership) {}

                            @Override
                            public void stop(Ownership ownership, StopReason reason)
                                    throws InterruptedException {
                                never.await();
                            }
                        });
        one.division().keys().add("k");
        awaitOwned(List.of("k"), one);
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        Thread flush =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                one.division().flush(Duration.ofSeconds(50));
                            } catch (RuntimeException e) {
                                thrown.add(e);
                            }
                        });
        await("the flush", () -> one.division().affinity() == Affinity.NONE);
        one.division().setAffinity(5);
        assertThat(flush.join(Duration.ofSeconds(5))).as("ended").isTrue();
        assertThat(thrown).singleElement().asString().contains("flush");
        never.countDown();
    }

    @Test
    protected void d7CancelWithoutFlushMovesKeysAfterTheLease() {
        Actor[] two = two();
        List<String> all = keys("k", 8);
        two[0].division().keys().add(all);
        awaitOwned(all, two);
        List<String> had = two[0].keys();
        long start = System.nanoTime();
        two[0].member().cancel();
        await(
                "the first key to move",
                () -> had.stream().anyMatch(key -> two[1].keys().contains(key)));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThan(LEASE.minus(LEASE.dividedBy(3)));
        awaitOwned(all, two[1]);
        // After a pause of its own, an observer begins its watching anew.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LEASE.multipliedBy(5));
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void d7FlushAndCancelMovesThemAtOnce() {
        // So long that its end is no matter of a slow machine.
        Duration lease = LEASE.multipliedBy(6);
        DivisionOptions part = DivisionOptions.defaults();
        Actor[] two = {
            stage.work(fast("d1").withLease(lease), part),
            stage.work(fast("d2").withLease(lease), part)
        };
        List<String> all = keys("k", 8);
        two[0].division().keys().add(all);
        awaitOwned(all, two);
        long start = System.nanoTime();
        two[0].division().flush(PATIENCE);
        two[0].member().cancel();
        awaitOwned(all, two[1]);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(lease.dividedBy(2));
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void d10FourMembersWithFourThousandKeysDoNothingWhenNothingHappens() {
        Actor[] four = {stage.work("a"), stage.work("b"), stage.work("c"), stage.work("d")};
        List<String> all = keys("key", 4000);
        four[0].division().keys().add(all);
        awaitOwned(all, four);
        for (Actor actor : four) {
            assertThat(actor.keys()).hasSizeBetween(950, 1050);
        }
        stage.log.forget();
        pause(LEASE.plusSeconds(1));
        assertThat(stage.log.lines()).isEmpty();
        assertThat(stage.problems).isEmpty();
    }

    @Test
    protected void d11AStartThatThrowsIsTriedAgainAndNotRecorded() {
        AtomicInteger tries = new AtomicInteger();
        Actor one =
                stage.join(
                        fast("one"),
                        DivisionOptions.defaults()
                                .withBackoff(Duration.ofMillis(20), Duration.ofMillis(50)));
        one.division()
                .listen(
                        new DivisionListener() {
                            @Override
                            public void start(Ownership ownership) throws InterruptedException {
                                assertThat(ownership.attempts()).isEqualTo(tries.get());
                                if (tries.incrementAndGet() <= 2) {
                                    throw new InterruptedException("cannot yet");
                                }
                            }

                            @Override
                            public void stop(Ownership ownership, StopReason reason) {
                                if (tries.incrementAndGet() <= 5) {
                                    throw new IllegalStateException("cannot stop yet");
                                }
                                one.division().confirm(ownership);
                            }
                        });
        one.division().keys().add("k");
        await("a third try", () -> tries.get() == 3 && one.keys().contains("k"));
        assertThat(stage.hasProblem(Problem.Kind.WORK_FAILED, "k")).isTrue();
        one.division().keys().remove("k");
        await("a third stop", () -> tries.get() == 6 && one.keys().isEmpty());
    }

    @Test
    protected void d12WhenThePlannerIsGoneNewKeysAreStillTaken() {
        Actor[] three = {stage.work("first"), stage.work("second"), stage.work("third")};
        List<String> all = new ArrayList<>(keys("k", 9));
        three[0].division().keys().add(all);
        awaitOwned(all, three);
        three[0].member().cancel();
        List<String> more = keys("new", 9);
        three[1].division().keys().add(more);
        all.addAll(more);
        awaitOwned(all, three[1], three[2]);
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void d15AStoreThatIsAwayForFiveSecondsStopsWorkAndThrowsNothing() {
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
        try {
            Actor[] two = two();
            List<String> all = keys("k", 10);
            two[0].division().keys().add(all);
            awaitOwned(all, two);
            Ownership held = two[0].division().held().getFirst();
            two[0].store().become(CutStore.Fault.REFUSING);
            two[1].store().become(CutStore.Fault.REFUSING);
            AtomicBoolean told = new AtomicBoolean();
            try {
                two[0].division().keys().add("not now");
            } catch (StoreUnavailableException e) {
                told.set(true);
            }
            assertThat(told).isTrue();
            long start = System.nanoTime();
            await("nothing held", () -> two[0].keys().isEmpty() && two[1].keys().isEmpty());
            assertThat(held.isValid()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(LEASE.multipliedBy(4));
            pause(Duration.ofSeconds(5).minusNanos(System.nanoTime() - start));
            two[0].store().become(CutStore.Fault.NONE);
            two[1].store().become(CutStore.Fault.NONE);
            awaitOwned(all, two);
            two[0].division().keys().add("now");
            await("new work", () -> stage.log.starts("now") == 1);
            assertThat(uncaught).isEmpty();
            stage.assertNoKeyWasSharedEver();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }
}
