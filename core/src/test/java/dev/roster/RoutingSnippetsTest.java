package dev.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import dev.roster.flow.DividedFlow;
import dev.roster.flow.Flow;
import dev.roster.flow.FlowEvent;
import dev.roster.flow.Value;
import dev.roster.flow.Values;
import dev.roster.flow.VersionConflictException;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.router.Endpoint;
import dev.roster.router.Route;
import dev.roster.router.RouteChanges;
import dev.roster.router.Router;
import dev.roster.router.RoutesChanged;
import dev.roster.router.Target;
import dev.roster.store.MemoryStore;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of the pages about routing, flows and values that needs no more than memory. */
@Timeout(60)
class RoutingSnippetsTest {
    private final Store store = new MemoryStore();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    private Member owner() {
        Member member =
                Group.join(store, "shop", JoinOptions.defaults().withMetadata("10.0.0.7:8081"));
        Division carts = Division.space(member, "carts", 64, DivisionOptions.defaults());
        carts.listen(
                new DivisionListener() {
                    @Override
                    public void start(Ownership ownership) {}

                    @Override
                    public void stop(Ownership ownership, StopReason reason) {
                        carts.confirm(ownership);
                    }
                });
        return member;
    }

    @Test
    void from_outside() throws InterruptedException {
        Member member = owner();
        // tag::outside
        Router router = Router.open(store, "shop", "carts");
        Route route = router.route("user/42");
        String address = route.owner().map(Target::metadata).orElse("nobody, for a moment");
        // end::outside
        assertThat(address).isNotEmpty();
        awaitOwned(router);
        assertThat(router.route("user/42").owner().orElseThrow().metadata())
                .isEqualTo("10.0.0.7:8081");
        router.close();
        member.close();
    }

    private static void awaitOwned(Router router) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (router.route("user/42").owner().isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(5);
        }
    }

    @Test
    void changes() throws InterruptedException {
        Member member = owner();
        Router router = Router.open(store, "shop", "carts");
        Thread reader = Thread.ofVirtual().start(() -> follow(router));
        assertThat(told.poll(20, TimeUnit.SECONDS)).startsWith("10.0.0.7:8081");
        router.close();
        reader.join();
        member.close();
    }

    private void follow(Router router) {
        // tag::changes
        try (RouteChanges changes = router.changes()) { // the first tells all that is there
            while (changes.hasNext()) {
                RoutesChanged changed = changes.next();
                for (RoutesChanged.Move move : changed.moves()) {
                    move.from().ifPresent(from -> forget(from, move.partition()));
                    move.to().ifPresent(to -> warmUp(to, move.partition()));
                }
            }
        }
        // end::changes
    }

    private void forget(Target target, int partition) {
        told.add(target.metadata() + " lost " + partition);
    }

    private void warmUp(Target target, int partition) {
        told.add(target.metadata() + " " + partition);
    }

    @Test
    void an_endpoint() throws InterruptedException {
        // tag::endpoint
        Endpoint cache =
                Endpoint.register(
                        store,
                        "shop",
                        "carts",
                        64,
                        "10.0.0.9:11211",
                        JoinOptions.defaults().withName("cache-1"));
        // end::endpoint
        Router router = Router.open(store, "shop", "carts");
        awaitOwned(router);
        assertThat(router.route("user/42").owner().orElseThrow().name()).isEqualTo("cache-1");
        router.close();
        cache.close();
    }

    @Test
    void fixed() {
        int index = 2;
        String key = "user/42";
        // tag::fixed
        Router router = Router.fixed("worker-", index, 5); // worker-0 to worker-4
        boolean mine = router.isMine(key);
        // end::fixed
        assertThat(mine)
                .isEqualTo(router.route(key).owner().orElseThrow().name().equals("worker-2"));
    }

    @Test
    void a_flow() throws InterruptedException {
        Values<String> values = Values.of(store, "settings", Codec.TEXT);
        values.put("limit", "7");
        Thread runs = Thread.ofVirtual().start(this::followSettings);
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("settings/limit is 7");
        values.put("limit", "8");
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("settings/limit is 8");
        values.delete("limit");
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("settings/limit is gone");
        runs.interrupt();
        runs.join();
    }

    private void followSettings() {
        try {
            // tag::flow
            Flow.on(store)
                    .follow(
                            "settings",
                            event -> {
                                switch (event) {
                                    case FlowEvent.Listed one -> use(one.entry());
                                    case FlowEvent.Created one -> use(one.entry());
                                    case FlowEvent.Updated one -> use(one.entry());
                                    case FlowEvent.Deleted one -> drop(one.key());
                                }
                            })
                    .onProblem(problem -> System.err.println(problem))
                    .run();
            // end::flow
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void use(Entry entry) {
        told.add(entry.key() + " is " + entry.value().toUtf8());
    }

    private void drop(String key) {
        told.add(key + " is gone");
    }

    @Test
    void a_divided_flow() throws InterruptedException {
        Values.of(store, "orders", Codec.TEXT).put("1", "one");
        Member member = Group.join(store, "shop");
        // tag::divided
        Division part = Division.space(member, "orders", 64, DivisionOptions.defaults());
        DividedFlow flow =
                DividedFlow.of(
                                part,
                                "orders",
                                (event, ownership) -> handle(event, ownership.fence()))
                        .start();
        // end::divided
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("orders/1 handled");
        flow.close();
        member.close();
    }

    private void handle(FlowEvent event, Fence fence) {
        CommitResult result =
                store.commit(fence.guard(new Operation.Put("handled/" + event.key(), Bytes.EMPTY)));
        if (result instanceof CommitResult.Applied) {
            told.add(event.key() + " handled");
        }
    }

    record Setting(int limit) {
        static Setting of(Bytes bytes) {
            return new Setting(Integer.parseInt(bytes.toUtf8()));
        }

        Bytes bytes() {
            return Bytes.utf8(Integer.toString(limit));
        }
    }

    @Test
    void values() {
        // tag::values
        Values<Setting> settings =
                Values.of(store, "settings", Codec.of(Setting::bytes, Setting::of));
        settings.put("uploads", new Setting(7));
        Optional<Value<Setting>> found = settings.get("uploads");

        Value<Setting> before = found.orElseThrow();
        try {
            settings.put("uploads", new Setting(before.value().limit() + 1), before.version());
        } catch (VersionConflictException e) {
            // Somebody else has written it meanwhile, and nothing was written now.
        }
        settings.put("session/42", new Setting(1), Duration.ofMinutes(30));
        // end::values
        assertThat(settings.list()).extracting(Value::key).containsExactly("session/42", "uploads");
        assertThat(List.of(settings.get("uploads").orElseThrow().value().limit()))
                .containsExactly(8);
        settings.close();
    }
}
