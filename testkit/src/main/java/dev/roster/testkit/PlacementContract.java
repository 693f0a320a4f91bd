package dev.roster.testkit;

import static dev.roster.testkit.Stage.await;
import static dev.roster.testkit.Stage.awaitOwned;
import static dev.roster.testkit.Stage.awaitView;
import static dev.roster.testkit.Stage.fast;
import static dev.roster.testkit.Stage.keys;
import static dev.roster.testkit.Stage.pause;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Affinity;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.division.KeyState;
import dev.roster.division.Keys;
import dev.roster.division.Ownership;
import dev.roster.store.Store;
import dev.roster.testkit.Stage.Actor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who gets which key, on any store: the acceptance tests D8, D9 and D13, and what else decides
 * where a key goes: limits, deploys, names. A store's test extends this class and says how to open
 * it.
 */
@Timeout(60)
public abstract class PlacementContract {
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
    protected void d8AKeyGivenBackGoesToAnotherMemberAndADoneOneToNobody() {
        Actor[] two = two();
        two[0].division().keys().add("k");
        awaitOwned(List.of("k"), two);
        boolean isSecond = two[0].keys().isEmpty();
        Actor owner = isSecond ? two[1] : two[0];
        Actor other = isSecond ? two[0] : two[1];
        Ownership first = owner.division().held("k").orElseThrow();
        stage.log.add(owner.name(), KeyLog.Kind.CONFIRM, first);
        owner.division().giveBack(first);
        await("another owner", () -> other.keys().contains("k"));
        Ownership second = other.division().held("k").orElseThrow();
        assertThat(second.token()).isGreaterThan(first.token());
        other.division().done(second);
        await(
                "done",
                () ->
                        owner.division().keys().state("k").orElseThrow().state()
                                == KeyState.State.DONE);
        KeyState state = owner.division().keys().state("k").orElseThrow();
        assertThat(state.token()).isEqualTo(second.token());
        assertThat(state.member()).isEqualTo(other.name());
        assertThat(state.owner()).isEmpty();
        owner.division().keys().add("k");
        pause(Duration.ofMillis(300));
        assertThat(stage.log.starts("k")).isEqualTo(2);
    }

    @Test
    protected void d8AKeyThatOnlyOneMemberCanTakeComesBackToIt() {
        Actor alone =
                stage.work(
                        "alone",
                        DivisionOptions.defaults()
                                .withBackoff(Duration.ofMillis(50), Duration.ofMillis(50)));
        alone.division().keys().add("k");
        awaitOwned(List.of("k"), alone);
        Ownership held = alone.division().held("k").orElseThrow();
        stage.log.add("alone", KeyLog.Kind.CONFIRM, held);
        alone.division().giveBack(held);
        await("a second start", () -> stage.log.starts("k") == 2);
        assertThat(alone.division().keys().release(List.of("k"))).isEqualTo(1);
        await("a third start", () -> stage.log.starts("k") == 3);
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void aKeyIsGivenToAMemberThatIsNamedIfThatTakesKeys() {
        Actor one = stage.work("one");
        Actor two = stage.work("two");
        Actor none = stage.work("none", DivisionOptions.defaults().withAffinity(Affinity.NONE));
        List<String> all = keys("k", 10);
        one.division().keys().add(all);
        awaitOwned(all, one, two);
        String key = one.keys().getFirst();
        Keys keys = two.division().keys();
        assertThat(keys.give(key, none.member().incarnation())).isFalse();
        assertThat(keys.give(key, "nobody")).isFalse();
        assertThat(keys.give("no key", two.member().incarnation())).isFalse();
        assertThat(keys.give(key, two.member().incarnation())).isTrue();
        await("the other has it", () -> two.keys().contains(key));
        assertThat(keys.give(key, two.member().incarnation())).as("again").isTrue();
        assertThat(one.keys()).doesNotContain(key);
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void d9AffinityNoneTakesNothingAndAChangeMovesNothing() {
        Actor none = stage.work("none", DivisionOptions.defaults().withAffinity(Affinity.NONE));
        Actor some = stage.work("some");
        List<String> all = keys("k", 20);
        none.division().keys().add(all);
        awaitOwned(all, some);
        assertThat(stage.log.startsOf("none")).isZero();
        int starts = stage.log.count(KeyLog.Kind.START);
        none.division().setAffinity(0);
        some.division().setAffinity(Affinity.NONE);
        none.division().keys().add("one more");
        await("the new key", () -> none.keys().contains("one more"));
        assertThat(stage.log.count(KeyLog.Kind.START)).isEqualTo(starts + 1);
        assertThat(some.keys()).hasSize(20);
    }

    @Test
    protected void d9LevelAffinityIsWorthAsManyKeys() {
        Actor[] three = {
            stage.work("a0", DivisionOptions.defaults().withAffinity(0)),
            stage.work("a5", DivisionOptions.defaults().withAffinity(5)),
            stage.work("a10", DivisionOptions.defaults().withAffinity(10))
        };
        three[0].division().keys().add(keys("k", 45));
        awaitOwned(keys("k", 45), three);
        assertThat(List.of(three[0].keys().size(), three[1].keys().size(), three[2].keys().size()))
                .containsExactly(20, 15, 10);
    }

    @Test
    protected void d9ProportionalSharesAreWithinOneKey() {
        DivisionOptions proportional =
                DivisionOptions.defaults().withPolicy(Affinity.Policy.PROPORTIONAL);
        Actor[] three = {
            stage.work("one", proportional.withAffinity(100)),
            stage.work("half", proportional.withAffinity(200)),
            stage.work("quarter", proportional.withAffinity(400))
        };
        three[0].division().keys().add(keys("k", 72));
        awaitOwned(keys("k", 72), three);
        // 4 : 2 : 1
        assertThat(three[0].keys().size()).isBetween(41, 42);
        assertThat(three[1].keys().size()).isBetween(20, 21);
        assertThat(three[2].keys().size()).isBetween(10, 11);
    }

    @Test
    protected void d9AThousandAdditionsAtOnceAllCount() throws InterruptedException {
        Actor one = stage.work("one", DivisionOptions.defaults().withAffinity(7));
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 1000; t++) {
            threads.add(Thread.ofVirtual().start(() -> one.division().addAffinity(1)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(one.division().affinity()).isEqualTo(1007);
        assertThat(one.division().addAffinity(-5000)).isZero();
        assertThat(one.division().addAffinity(Long.MAX_VALUE)).isEqualTo(Affinity.MOST);
        one.division().setAffinity(Affinity.NONE);
        assertThat(one.division().addAffinity(1)).isEqualTo(Affinity.NONE);
    }

    @Test
    protected void d13SharesAreEvenAndAJoinMovesNoMoreThanItsShare() {
        Actor[] three = {stage.work("a"), stage.work("b"), stage.work("c")};
        List<String> all = keys("k", 400);
        three[0].division().keys().add(all);
        awaitOwned(all, three);
        stage.log.forget();
        Actor fourth = stage.work("d");
        await("a fair share", () -> fourth.keys().size() == 100);
        awaitOwned(all, three[0], three[1], three[2], fourth);
        for (Actor actor : List.of(three[0], three[1], three[2], fourth)) {
            assertThat(actor.keys()).hasSizeLessThanOrEqualTo(110);
        }
        assertThat(stage.log.count(KeyLog.Kind.START)).isLessThanOrEqualTo(120);
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void d13ASpaceIsBalancedByWeight() {
        Division light = space("light", 1);
        Division heavy = space("heavy", 3);
        await("16 and 48", () -> light.held().size() == 16 && heavy.held().size() == 48);
        TreeSet<String> partitions = new TreeSet<>();
        light.held().forEach(one -> partitions.add(one.key()));
        heavy.held().forEach(one -> partitions.add(one.key()));
        assertThat(partitions).hasSize(64);
    }

    private Division space(String name, int weight) {
        Actor actor = stage.join(name);
        DivisionOptions options = DivisionOptions.defaults().withWeight(weight);
        return Division.space(actor.member(), "space", 64, options)
                .start(work -> new CountDownLatch(1).await());
    }

    @Test
    protected void aSmallLimitLetsAFastMemberTakeWhatASlowOneHasNotBegun() {
        CountDownLatch end = new CountDownLatch(1);
        Map<String, Integer> done = new ConcurrentHashMap<>();
        DivisionOptions few = DivisionOptions.defaults().withAtMost(2);
        Actor slow = stage.join(fast("slow"), few);
        slow.division().start(work -> end.await());
        Actor quick = stage.join(fast("quick"), few);
        quick.division().start(work -> done.merge("quick", 1, Integer::sum));
        slow.division().keys().add(keys("k", 40));
        await("all but two", () -> done.getOrDefault("quick", 0) == 38);
        assertThat(slow.keys()).hasSize(2);
        end.countDown();
        await(
                "all",
                () ->
                        slow.division().keys().states("").stream()
                                .allMatch(key -> key.state() == KeyState.State.DONE));
    }

    @Test
    protected void aRollingDeployMovesEachKeyOnce() {
        List<Actor> old = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            old.add(stage.work(fast(name).withVersion("1"), DivisionOptions.defaults()));
        }
        List<String> all = keys("k", 30);
        old.getFirst().division().keys().add(all);
        awaitOwned(all, old.toArray(Actor[]::new));
        await("10 each", () -> old.stream().allMatch(actor -> actor.keys().size() == 10));
        stage.log.forget();
        List<Actor> up = new ArrayList<>(old);
        for (Actor leaver : old) {
            List<String> had = leaver.keys();
            Actor next =
                    stage.work(
                            fast(leaver.name() + "2").withVersion("2").withReplaces(leaver.name()),
                            DivisionOptions.defaults());
            up.add(next);
            awaitView(up.toArray(Actor[]::new));
            assertThat(leaver.member().leave(Duration.ofSeconds(10))).isTrue();
            up.remove(leaver);
            awaitOwned(all, up.toArray(Actor[]::new));
            assertThat(next.keys()).as("what %s had", leaver.name()).isEqualTo(had);
        }
        pause(Duration.ofSeconds(1));
        for (String key : all) {
            assertThat(stage.log.starts(key)).as("moves of %s", key).isEqualTo(1);
        }
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void aMemberOfTheSameNameInheritsWhatACrashedOneHeld() {
        Actor[] two = two();
        List<String> all = keys("k", 20);
        two[0].division().keys().add(all);
        awaitOwned(all, two);
        List<String> had = two[0].keys();
        stage.log.forget();
        two[0].store().become(CutStore.Fault.HANGING);
        two[0].member().cancel();
        Actor again = stage.work("d1");
        awaitOwned(all, again, two[1]);
        await("what it had", () -> again.keys().containsAll(had));
        assertThat(stage.log.startsOf("d2")).as("starts of the other").isZero();
        stage.assertNoKeyWasSharedEver();
    }

    @Test
    protected void whatACrashedMemberHadGoesToAllOthers() {
        Actor[] four = {stage.work("a"), stage.work("b"), stage.work("c"), stage.work("d")};
        List<String> all = keys("k", 120);
        four[0].division().keys().add(all);
        awaitOwned(all, four);
        await("30 each", () -> List.of(four).stream().allMatch(one -> one.keys().size() == 30));
        stage.log.forget();
        four[3].member().cancel();
        awaitOwned(all, four[0], four[1], four[2]);
        for (Actor survivor : List.of(four[0], four[1], four[2])) {
            assertThat(survivor.keys()).hasSize(40);
        }
        // Only what the crashed member had was stopped or started.
        assertThat(stage.log.count(KeyLog.Kind.START)).isEqualTo(30);
        stage.assertNoKeyWasSharedEver();
    }
}
