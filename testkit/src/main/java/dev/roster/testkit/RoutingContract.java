package dev.roster.testkit;

import static dev.roster.testkit.Stage.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.InvalidInputException;
import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import dev.roster.group.Member;
import dev.roster.router.Endpoint;
import dev.roster.router.NoOwnerException;
import dev.roster.router.NotOwnerException;
import dev.roster.router.Route;
import dev.roster.router.RouteChanges;
import dev.roster.router.Router;
import dev.roster.router.RouterState;
import dev.roster.router.Routes;
import dev.roster.router.RoutesChanged;
import dev.roster.router.Target;
import dev.roster.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What routing does on any store: the acceptance tests L1 to L7, and what a request may rely on. A
 * store's test extends this class and says how to open it.
 */
@Timeout(60)
public abstract class RoutingContract {
    private static final String SPACE = "carts";
    private static final int PARTITIONS = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final List<Router> routers = new CopyOnWriteArrayList<>();
    private Stage stage;

    /** Opens another handle on the same content, as another process would; new for each test. */
    protected abstract Store open();

    @BeforeEach
    final void openStage() {
        stage = new Stage(this::open);
    }

    @AfterEach
    final void closeStage() {
        routers.forEach(Router::close);
        stage.close();
    }

    /** A process that takes part and routes. */
    private record Node(
            String name, Member member, CutStore store, Division division, Router router) {
        String owns(String key) {
            return router.route(key).owner().map(Target::name).orElse("nobody");
        }
    }

    private Node node(String name) {
        CutStore store = stage.store();
        Member member = stage.join(store, Stage.GROUP, Stage.fast(name).withMetadata("at-" + name));
        Division division = Division.space(member, SPACE, PARTITIONS, DivisionOptions.defaults());
        division.listen(confirming(division));
        return new Node(name, member, store, division, kept(Router.of(division)));
    }

    private Router kept(Router router) {
        routers.add(router);
        return router;
    }

    private static DivisionListener confirming(Division division) {
        return new DivisionListener() {
            @Override
            public void start(Ownership ownership) {}

            @Override
            public void stop(Ownership ownership, StopReason reason) {
                division.confirm(ownership);
            }
        };
    }

    /** Every partition has an owner, the same by every router, and these own as many each. */
    private static void awaitRouted(List<Router> routers, String... names) {
        await(
                "all partitions go to " + List.of(names),
                () -> {
                    TreeSet<List<String>> tables =
                            new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
                    routers.forEach(router -> tables.add(owners(router.routes())));
                    List<String> owners = tables.first();
                    return tables.size() == 1
                            && owners.size() == PARTITIONS
                            && Stream.of(names)
                                    .allMatch(name ->
                                            Collections.frequency(owners, name)
                                                    == PARTITIONS / names.length);
                });
    }

    /** The store tells of a claim, and so does its answer, in either order: waits for both. */
    private static void awaitTold(Node... nodes) {
        for (Node node : nodes) {
            await(
                    node.name() + " is told",
                    () -> node.division().held().size() == PARTITIONS / nodes.length);
        }
    }

    private static List<String> owners(Routes routes) {
        List<String> owners = new ArrayList<>();
        for (int partition = 0; partition < routes.partitions(); partition++) {
            owners.add(routes.partition(partition).owner().map(Target::name).orElse("nobody"));
        }
        return owners;
    }

    private static List<String> tenKeys() {
        return Stage.keys("key-", 10);
    }

    // L1 to L7.

    @Test
    protected void l1AllKeysGoToTheOnlyTarget() {
        Node one = node("one");
        awaitRouted(List.of(one.router()), "one");
        awaitTold(one);
        await("the slot", () -> one.router().targets().getFirst().slot().isPresent());
        for (String key : tenKeys()) {
            Route route = one.router().route(key);
            Target owner = route.owner().orElseThrow();
            assertThat(owner.name()).isEqualTo("one");
            assertThat(owner.metadata()).isEqualTo("at-one");
            assertThat(owner.incarnation()).isEqualTo(one.member().incarnation());
            assertThat(one.router().isMine(key)).isTrue();
            assertThat(one.router().own(key).token()).isEqualTo(route.token());
            assertThat(one.router().route(one.router().routes().hash().hash(key))).isSameAs(route);
        }
        assertThat(one.router().state()).isEqualTo(RouterState.ACTIVE);
        assertThat(one.router().routes().generation()).isPositive();
    }

    @Test
    protected void l2BothAreToldOfASecondTargetAndAgreeOnEveryKey() throws InterruptedException {
        Node one = node("one");
        awaitRouted(List.of(one.router()), "one");
        RouteChanges first = one.router().changes();
        FollowedRoutes followed = new FollowedRoutes(PARTITIONS);
        followed.take(first.poll(PATIENCE).orElseThrow());
        assertThat(followed.owners.values()).containsOnly("one").hasSize(PARTITIONS);

        Node two = node("two");
        awaitRouted(List.of(one.router(), two.router()), "one", "two");
        assertThat(owners(one.router().routes()).stream().filter("two"::equals))
                .hasSize(PARTITIONS / 2);
        List<String> agreed = owners(one.router().routes());
        followed.until(first, () -> followed.list().equals(agreed));
        assertThat(followed.joined).contains("two");
        try (RouteChanges second = two.router().changes()) {
            assertThat(second.next().joined()).extracting(Target::name).contains("one", "two");
        }
        for (String key : tenKeys()) {
            assertThat(one.owns(key)).isEqualTo(two.owns(key));
        }
        assertThat(followed.moves).as("moves").isEqualTo(PARTITIONS / 2);
    }

    @Test
    protected void l3TheOthersAreToldOfATargetThatLeavesAndAClosedRouterEnds()
            throws InterruptedException {
        Node one = node("one");
        Node two = node("two");
        awaitRouted(List.of(one.router(), two.router()), "one", "two");
        RouteChanges changes = one.router().changes();
        FollowedRoutes followed = new FollowedRoutes(PARTITIONS);
        followed.take(changes.next());
        two.member().close();
        followed.until(changes, () -> followed.left.contains("two") && followed.isComplete());
        assertThat(new TreeSet<>(followed.owners.values())).containsExactly("one");
        List<RouterState> states = new CopyOnWriteArrayList<>();
        one.router().onState(states::add);
        one.router().close();
        assertThat(one.router().state()).isEqualTo(RouterState.CLOSED);
        await("told of the end", () -> states.equals(List.of(RouterState.CLOSED)));
        while (changes.hasNext()) {
            followed.take(changes.next());
        }
        assertThat(one.owns("still")).as("the last table stays").isEqualTo("one");
    }

    @Test
    protected void l4WhatALostTargetHadIsToldOfWhenAnotherComesInTheSameInstant()
            throws InterruptedException {
        Node stays = node("stays");
        Node dies = node("dies");
        awaitRouted(List.of(stays.router(), dies.router()), "stays", "dies");
        RouteChanges changes = stays.router().changes();
        FollowedRoutes followed = new FollowedRoutes(PARTITIONS);
        followed.take(changes.next());
        TreeMap<Integer, String> orphans = new TreeMap<>(followed.owners);
        orphans.values().removeIf("stays"::equals);
        followed.changedSince.clear();

        dies.member().cancel();
        Node comes = node("comes");
        awaitRouted(List.of(stays.router(), comes.router()), "stays", "comes");
        List<String> agreed = owners(stays.router().routes());
        followed.until(
                changes,
                () ->
                        followed.left.contains("dies")
                                && !followed.owners.containsValue("dies")
                                && followed.list().equals(agreed));
        assertThat(followed.changedSince).containsAll(orphans.keySet());
    }

    @Test
    protected void l5AJoinPausesNoKeyThatStaysAndOthersForLessThanASecond()
            throws InterruptedException {
        Node one = node("one");
        awaitRouted(List.of(one.router()), "one");
        Map<Integer, Long> released = new TreeMap<>();
        Map<Integer, Long> without = new TreeMap<>();
        TreeSet<Integer> told = new TreeSet<>();
        RouteChanges changes = one.router().changes();
        FollowedRoutes followed = new FollowedRoutes(PARTITIONS);
        followed.take(changes.next());
        Node two = node("two");
        while (followed.owners.values().stream().filter("two"::equals).count() < PARTITIONS / 2
                || !followed.isComplete()) {
            RoutesChanged changed = changes.poll(PATIENCE).orElseThrow();
            long now = System.nanoTime();
            followed.take(changed);
            for (RoutesChanged.Move move : changed.moves()) {
                told.add(move.partition());
                if (move.to().isEmpty()) {
                    released.put(move.partition(), now);
                } else {
                    Long since = released.remove(move.partition());
                    without.put(move.partition(), since == null ? 0 : now - since);
                }
            }
        }
        assertThat(told).as("only what moves is told of").hasSize(PARTITIONS / 2);
        assertThat(without.values())
                .allMatch(nanos -> nanos < Duration.ofSeconds(1).toNanos(), "less than a second");
        assertThat(two.member().isValid()).isTrue();
    }

    @Test
    protected void l6AnOutageOfTheStoreMakesTheTableStaleAndItRecovers() {
        Node one = node("one");
        awaitRouted(List.of(one.router()), "one");
        CutStore way = stage.store();
        Router router = kept(Router.open(way, Stage.GROUP, SPACE, Duration.ofSeconds(1)));
        List<RouterState> states = new CopyOnWriteArrayList<>();
        router.onState(states::add);
        assertThat(router.state()).isEqualTo(RouterState.ACTIVE);
        way.become(CutStore.Fault.REFUSING);
        await("stale", () -> router.state() == RouterState.STALE);
        assertThat(router.age()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(router.route("key").owner()).as("the last table stays").isPresent();
        Node two = node("two");
        awaitRouted(List.of(one.router(), two.router()), "one", "two");
        assertThat(owners(router.routes())).containsOnly("one");
        way.become(CutStore.Fault.NONE);
        awaitRouted(List.of(router, one.router()), "one", "two");
        await("active", () -> router.state() == RouterState.ACTIVE);
        // Again and again on a machine that stands still for a second.
        await("told of both", () -> states.size() >= 2);
        assertThat(states).startsWith(RouterState.STALE, RouterState.ACTIVE);
        way.close();
        await("over", () -> router.state() == RouterState.CLOSED);
        assertThat(router.route("key").owner()).isPresent();
    }

    @Test
    protected void l7FixedTargetsNeedNoStore() {
        Router first = Router.fixed("node-", 1, 5);
        Router again = Router.fixed("node-", 3, 5);
        int[] counts = new int[5];
        for (int n = 0; n < 5000; n++) {
            String key = "key-" + n;
            Target owner = first.route(key).owner().orElseThrow();
            assertThat(again.route(key).owner()).hasValue(owner);
            assertThat(first.isMine(key)).isEqualTo(owner.name().equals("node-1"));
            counts[owner.slot().orElseThrow()]++;
        }
        for (int count : counts) {
            assertThat(count).as("spread").isBetween(850, 1150);
        }
        Router six = Router.fixed("node-", 0, 6);
        for (int n = 0; n < 5000; n++) {
            Target owner = six.route("key-" + n).owner().orElseThrow();
            assertThat(owner.name())
                    .isIn("node-5", first.route("key-" + n).owner().orElseThrow().name());
        }
        assertThatThrownBy(() -> Router.fixed("node-", 5, 5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("index is 5")
                .hasMessageContaining("0 to 4");
        assertThatThrownBy(() -> Router.fixed("node-", 0, 0))
                .isInstanceOf(InvalidInputException.class);
        assertThat(first.changes().hasNext()).isFalse();
    }

    // Requests.

    @Test
    protected void aRequestIsDoneUnderTheTokenOfTheOwnerOrNotAtAll() throws Exception {
        Node one = node("one");
        Node two = node("two");
        awaitRouted(List.of(one.router(), two.router()), "one", "two");
        awaitTold(one, two);
        Router outside = kept(Router.open(stage.store(), Stage.GROUP, SPACE));
        for (String key : tenKeys()) {
            String by =
                    outside.call(
                            key,
                            PATIENCE,
                            (route, owner) -> {
                                Node node = owner.name().equals("one") ? one : two;
                                Ownership mine = node.router().own(key);
                                assertThat(mine.token()).isEqualTo(route.token());
                                return node.name();
                            });
            assertThat(by).isEqualTo(one.owns(key));
            Node other = by.equals("one") ? two : one;
            assertThatThrownBy(() -> other.router().own(key))
                    .isInstanceOfSatisfying(
                            NotOwnerException.class, e -> assertThat(e.generation()).isPositive());
        }
    }

    @Test
    protected void whoIsAskedWronglySaysFromWhichGenerationAndTheCallerAsksAgain()
            throws Exception {
        Node one = node("one");
        awaitRouted(List.of(one.router()), "one");
        CutStore way = stage.store();
        Router behind = kept(Router.open(way, Stage.GROUP, SPACE));
        way.become(CutStore.Fault.REFUSING);
        Node two = node("two");
        awaitRouted(List.of(one.router(), two.router()), "one", "two");
        awaitTold(one, two);
        String moved =
                Stage.keys("k", 1000).stream()
                        .filter(key -> one.owns(key).equals("two"))
                        .findFirst()
                        .orElseThrow();
        assertThat(behind.route(moved).owner().orElseThrow().name()).isEqualTo("one");
        List<String> asked = new ArrayList<>();
        String by =
                behind.call(
                        moved,
                        PATIENCE,
                        (route, owner) -> {
                            asked.add(owner.name());
                            way.become(CutStore.Fault.NONE);
                            Node node = owner.name().equals("one") ? one : two;
                            node.router().own(moved);
                            return node.name();
                        });
        assertThat(by).isEqualTo("two");
        assertThat(asked).containsExactly("one", "two");
    }

    @Test
    protected void aRequestMakesThreeHopsAtMostAndAnErrorEndsItAtOnce() {
        Node one = node("one");
        awaitRouted(List.of(one.router()), "one");
        AtomicInteger calls = new AtomicInteger();
        assertThatThrownBy(() ->
                        one.router()
                                .call(
                                        "key",
                                        PATIENCE,
                                        (route, owner) -> {
                                            calls.incrementAndGet();
                                            throw new NotOwnerException("key", 0);
                                        }))
                .isInstanceOf(NoOwnerException.class);
        assertThat(calls.get()).isEqualTo(3);
        assertThatThrownBy(() ->
                        one.router()
                                .call(
                                        "key",
                                        PATIENCE,
                                        (route, owner) -> {
                                            calls.incrementAndGet();
                                            throw new IOException("cut");
                                        }))
                .isInstanceOf(IOException.class);
        assertThat(calls.get()).isEqualTo(4);
    }

    @Test
    protected void aRequestWaitsForAnOwnerAndSaysWhenThereIsNone() throws Exception {
        Router early = kept(Router.open(stage.store(), Stage.GROUP, SPACE));
        assertThat(early.route("key").partition()).isEqualTo(-1);
        assertThat(early.route("key").owner()).isEmpty();
        assertThatThrownBy(
                        () -> early.call("key", Duration.ofMillis(200), (route, owner) -> "done"))
                .isInstanceOf(NoOwnerException.class)
                .hasMessageContaining("key");
        Node one = node("one");
        String by = early.call("key", PATIENCE, (route, owner) -> owner.name());
        assertThat(by).isEqualTo("one");
        assertThat(one.member().isValid()).isTrue();
    }

    // Others who route and are routed to.

    @Test
    protected void anEndpointThatKnowsNothingOfRosterGetsItsShare() {
        Node one = node("one");
        Endpoint endpoint =
                Endpoint.register(
                        stage.store(),
                        Stage.GROUP,
                        SPACE,
                        PARTITIONS,
                        "10.0.0.7:80",
                        Stage.fast("cache"));
        try {
            awaitRouted(List.of(one.router()), "one", "cache");
            Target cache =
                    one.router().targets().stream()
                            .filter(target -> target.name().equals("cache"))
                            .findFirst()
                            .orElseThrow();
            assertThat(cache.metadata()).isEqualTo("10.0.0.7:80");
            endpoint.close();
            awaitRouted(List.of(one.router()), "one");
            Endpoint gone =
                    Endpoint.register(
                            stage.store(), Stage.GROUP, SPACE, PARTITIONS, "", Stage.fast("gone"));
            awaitRouted(List.of(one.router()), "one", "gone");
            gone.member().cancel();
            awaitRouted(List.of(one.router()), "one");
        } finally {
            endpoint.close();
        }
    }

    @Test
    protected void aKeyListIsRefusedAndSoAreBadNames() {
        Member member = stage.join(stage.store(), Stage.GROUP, Stage.fast("one"));
        Division.of(member, "list").listen(confirming(Division.of(member, "list")));
        Store store = stage.store();
        assertThatThrownBy(() -> Router.open(store, Stage.GROUP, "list"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("key list");
        assertThatThrownBy(() -> Router.open(store, "", "list"))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Router.open(store, "g", "d", Duration.ofMillis(10)))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    protected void aSubscriberGetsAllChangesAtItsOwnPaceAndThenTheEnd() {
        Node one = node("one");
        awaitRouted(List.of(one.router()), "one");
        SlowSubscriber slow = new SlowSubscriber(PARTITIONS);
        one.router().publisher().subscribe(slow);
        Node two = node("two");
        awaitRouted(List.of(one.router(), two.router()), "one", "two");
        two.member().close();
        awaitRouted(List.of(one.router()), "one");
        await(
                "all that is",
                () -> slow.followed.isComplete() && slow.followed.left.contains("two"));
        assertThat(slow.followed.list()).isEqualTo(owners(one.router().routes()));
        one.router().close();
        await("the end", () -> slow.ended.get() == 1);
    }
}
