package dev.roster.testkit;

import static dev.roster.testkit.Stage.PATIENCE;
import static dev.roster.testkit.Stage.await;
import static dev.roster.testkit.Stage.awaitOwned;
import static dev.roster.testkit.Stage.awaitView;
import static dev.roster.testkit.Stage.fast;
import static dev.roster.testkit.Stage.keys;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Fence;
import dev.roster.Operation;
import dev.roster.Problem;
import dev.roster.division.DivisionOptions;
import dev.roster.division.KeyState;
import dev.roster.division.Ownership;
import dev.roster.group.Slot;
import dev.roster.store.Store;
import dev.roster.testkit.Stage.Actor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What handlers may expect on any store: to be called again when they fail, to be interrupted when
 * they are to stop, and to be fenced when they do not. A store's test extends this class and says
 * how to open it.
 */
@Timeout(60)
public abstract class WorkContract {
    private static final DivisionOptions QUICK =
            DivisionOptions.defaults()
                    .withBackoff(Duration.ofMillis(50), Duration.ofMillis(200))
                    .withStopWithin(Duration.ofMillis(500));

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
    protected void aHandlerThatThrowsIsCalledAgainLaterAndHoldsUpNoOtherKey() {
        Map<String, List<Long>> calls = new ConcurrentHashMap<>();
        Actor one = stage.join(fast("one"), QUICK);
        one.division()
                .start(work -> {
                    List<Long> times =
                            calls.computeIfAbsent(
                                    work.key(), unused -> new CopyOnWriteArrayList<>());
                    times.add(System.nanoTime());
                    assertThat(work.attempts()).isEqualTo(times.size() - 1);
                    if (work.key().equals("bad") && times.size() < 4) {
                        throw new IllegalStateException("not yet");
                    }
                });
        one.division().keys().add(List.of("bad", "good"));
        awaitState(one, "good", KeyState.State.DONE);
        awaitState(one, "bad", KeyState.State.DONE);
        List<Long> times = calls.getOrDefault("bad", List.of());
        assertThat(times).hasSize(4);
        long[] least = {50, 100, 200};
        for (int wait = 0; wait < 3; wait++) {
            assertThat(times.get(wait + 1) - times.get(wait))
                    .as("wait %d", wait)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(least[wait]).toNanos());
        }
        assertThat(one.division().keys().state("bad").orElseThrow().attempts()).isEqualTo(3);
        assertThat(stage.hasProblem(Problem.Kind.WORK_FAILED, "bad")).isTrue();
    }

    private static void awaitState(Actor actor, String key, KeyState.State state) {
        await(
                key + " is " + state,
                () ->
                        actor.division().keys().state(key).map(KeyState::state).orElse(null)
                                == state);
    }

    @Test
    protected void afterAllAttemptsAKeyIsFailedUntilSomebodyAsksForAnotherTry() {
        AtomicInteger calls = new AtomicInteger();
        Actor one =
                stage.join(
                        fast("one"),
                        QUICK.withAttempts(2)
                                .withBackoff(Duration.ofMillis(10), Duration.ofSeconds(60)));
        one.division()
                .start(work -> {
                    if (calls.incrementAndGet() <= 2) {
                        throw new IllegalStateException("call " + calls.get());
                    }
                });
        one.division().keys().add("k");
        awaitState(one, "k", KeyState.State.FAILED);
        KeyState failed = one.division().keys().state("k").orElseThrow();
        assertThat(failed.error()).contains("call 2");
        assertThat(failed.attempts()).isEqualTo(2);
        assertThat(failed.member()).isEqualTo("one");
        assertThat(failed.owner()).isEmpty();
        await("told", () -> stage.hasProblem(Problem.Kind.WORK_GIVEN_UP, "k"));
        assertThat(calls.get()).isEqualTo(2);
        assertThat(one.division().keys().retry(List.of("k", "unknown"))).isEqualTo(1);
        awaitState(one, "k", KeyState.State.DONE);
        assertThat(one.division().keys().state("k").orElseThrow().attempts()).isZero();
    }

    @Test
    protected void aRemovedKeyInterruptsItsHandlerAndAReleasedOneRunsElsewhere() {
        Map<String, String> running = new ConcurrentHashMap<>();
        List<Actor> two = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            Actor actor = stage.join(fast(name), QUICK);
            two.add(actor);
            actor.division()
                    .start(work -> {
                        running.put(work.key(), name);
                        try {
                            new CountDownLatch(1).await();
                        } finally {
                            running.remove(work.key(), name);
                        }
                    });
        }
        Actor a = two.getFirst();
        a.division().keys().add(keys("run/", 4));
        a.division().keys().add(keys("stop/", 4));
        await("eight run", () -> running.size() == 8);
        assertThat(a.division().keys().removePrefix("stop/")).isEqualTo(4);
        await("four run", () -> running.size() == 4);
        String before = running.get("run/0001");
        assertThat(a.division().keys().release(List.of("run/0001"))).isEqualTo(1);
        await(
                "the other has it",
                () -> {
                    String now = running.get("run/0001");
                    return now != null && !now.equals(before);
                });
    }

    @Test
    protected void aHandlerThatDoesNotStopIsReportedFencedAndHoldsUpNobody() {
        Actor stuck = stage.join(fast("stuck"), QUICK);
        List<Ownership> owned = new CopyOnWriteArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        stuck.division()
                .start(work -> {
                    owned.add(work);
                    while (end.getCount() > 0) {
                        LockSupport.parkNanos(1_000_000);
                    }
                });
        stuck.division().keys().add("k");
        await("it runs", () -> owned.size() == 1);
        Actor other = stage.work("other", QUICK);
        assertThat(stuck.division().keys().release(List.of("k"))).isEqualTo(1);
        awaitOwned(List.of("k"), other);
        await("told", () -> stage.hasProblem(Problem.Kind.STUCK_HANDLER, "k"));
        Ownership now = other.division().held("k").orElseThrow();
        assertThat(now.token()).isGreaterThan(owned.getFirst().token());
        assertThat(write(stuck, owned.getFirst().fence())).isInstanceOf(CommitResult.Refused.class);
        assertThat(write(other, now.fence())).isInstanceOf(CommitResult.Applied.class);
        end.countDown();
        await(
                "told that it was too late",
                () -> stage.hasProblem(Problem.Kind.FENCED, "k") || stuck.keys().isEmpty());
        assertThat(other.division().keys().state("k").orElseThrow().state())
                .isEqualTo(KeyState.State.OWNED);
    }

    private static CommitResult write(Actor actor, Fence fence) {
        return actor.store().commit(fence.guard(new Operation.Put("effect", Bytes.utf8("x"))));
    }

    @Test
    protected void aFenceHoldsForItsOwnKeyWhateverBecomesOfOthersAndOfTheView() {
        Actor a = stage.work("a");
        a.division().keys().add(keys("k", 4));
        awaitOwned(keys("k", 4), a);
        awaitView(a);
        Ownership kept = a.division().held("k0000").orElseThrow();
        Slot slot = a.member().slot().orElseThrow();
        assertThat(write(a, kept.fence())).isInstanceOf(CommitResult.Applied.class);
        assertThat(write(a, slot.fence())).isInstanceOf(CommitResult.Applied.class);

        Actor watching = stage.join("watching");
        awaitView(a, watching);
        a.division().keys().remove("k0003");
        awaitOwned(keys("k", 3), a);
        assertThat(kept.isValid()).isTrue();
        assertThat(write(a, kept.fence()))
                .as("another view")
                .isInstanceOf(CommitResult.Applied.class);
        assertThat(write(watching, kept.fence()))
                .as("by anybody who was given it")
                .isInstanceOf(CommitResult.Applied.class);
        assertThat(write(a, slot.fence())).isInstanceOf(CommitResult.Refused.class);
        assertThat(slot.isValid()).isFalse();

        a.store().become(CutStore.Fault.REFUSING);
        awaitView(watching);
        assertThat(kept.isValid()).isFalse();
        a.store().become(CutStore.Fault.NONE);
        assertThat(write(a, kept.fence())).as("evicted").isInstanceOf(CommitResult.Refused.class);
        await(
                "its key again",
                () -> a.division().held("k0000").map(Ownership::token).orElse(0L) > kept.token());
        awaitOwned(keys("k", 3), a);
    }

    @Test
    protected void aHandlerMayAskForAnythingWhileItIsFlushed() {
        Actor one = stage.join(fast("one"), QUICK.withStopWithin(PATIENCE));
        List<Long> seen = new CopyOnWriteArrayList<>();
        CountDownLatch runs = new CountDownLatch(1);
        one.division()
                .start(work -> {
                    runs.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        seen.add(one.division().affinity());
                        seen.add(one.division().addAffinity(1));
                    }
                });
        one.division().keys().add("k");
        await("it runs", () -> runs.getCount() == 0);
        long start = System.nanoTime();
        one.division().flush(PATIENCE.multipliedBy(2));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE.dividedBy(2));
        assertThat(seen).hasSize(2);
        one.division().flush(PATIENCE);
    }

    @Test
    protected void aLeaveWaitsForHandlersAndACancelDoesNot() {
        AtomicInteger began = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        List<Actor> actors = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            Actor actor = stage.join(fast(name), QUICK);
            actors.add(actor);
            actor.division()
                    .start(work -> {
                        began.incrementAndGet();
                        try {
                            new CountDownLatch(1).await();
                        } finally {
                            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                            ended.incrementAndGet();
                        }
                    });
        }
        actors.getFirst().division().keys().add(keys("k", 4));
        awaitOwned(keys("k", 4), actors.toArray(Actor[]::new));
        await("four run", () -> began.get() == 4);
        int had = actors.getFirst().keys().size();
        assertThat(actors.getFirst().member().leave(PATIENCE)).isTrue();
        assertThat(ended.get()).isEqualTo(had);
        awaitOwned(keys("k", 4), actors.get(1));
        await("four run again", () -> began.get() == had + 4);
        actors.get(1).member().cancel();
        await("all interrupted", () -> ended.get() == had + 4);
        assertThat(actors.get(1).member().isValid()).isFalse();
    }
}
