package dev.roster.testkit;

import static dev.roster.testkit.Stage.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.Problem;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.flow.DividedFlow;
import dev.roster.flow.FlowEvent;
import dev.roster.group.Member;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a divided flow tells on any store: the acceptance tests H1 to H3, and that nothing is told
 * in a wrong order while members come and go. A store's test extends this class and says how to
 * open it.
 */
@Timeout(60)
public abstract class DividedFlowContract {
    private static final int PARTITIONS = 16;
    private static final String PATH = "/orders";

    /** One event as it was handled. */
    private record Handled(String member, String key, String kind, long revision, long token) {}

    private final List<Handled> handled = new CopyOnWriteArrayList<>();
    private Stage stage;
    private Store writer;

    /** Opens another handle on the same content, as another process would; new for each test. */
    protected abstract Store open();

    @BeforeEach
    final void openStage() {
        stage = new Stage(this::open);
        writer = stage.store();
    }

    @AfterEach
    final void closeStage() {
        stage.close();
    }

    private record Consumer(String name, Member member, Division division, DividedFlow flow) {}

    private Consumer consumer(String name) {
        Member member = stage.join(stage.store(), Stage.GROUP, Stage.fast(name));
        Division division =
                Division.space(member, "orders", PARTITIONS, DivisionOptions.defaults());
        DividedFlow flow =
                DividedFlow.of(
                        division,
                        PATH,
                        (event, ownership) -> handled.add(of(name, event, ownership)));
        return new Consumer(name, member, division, flow.start());
    }

    private static Handled of(String name, FlowEvent event, Ownership ownership) {
        return new Handled(
                name,
                event.key(),
                event.getClass().getSimpleName(),
                event.revision(),
                ownership.token());
    }

    private long put(String key, String value) {
        CommitResult result =
                writer.commit(
                        new Commit(
                                null,
                                List.of(),
                                List.of(new Operation.Put(key, Bytes.utf8(value)))));
        assertThat(result).isInstanceOf(CommitResult.Applied.class);
        return ((CommitResult.Applied) result).revision();
    }

    private static void awaitShared(Consumer... consumers) {
        await(
                "all partitions are shared",
                () -> {
                    TreeSet<String> all = new TreeSet<>();
                    for (Consumer one : consumers) {
                        List<Ownership> held = one.division().held();
                        if (held.size() != PARTITIONS / consumers.length) {
                            return false;
                        }
                        held.forEach(ownership -> all.add(ownership.key()));
                    }
                    return all.size() == PARTITIONS;
                });
    }

    private long count(String key, String kind) {
        return handled.stream()
                .filter(one -> one.key().equals(key) && one.kind().equals(kind))
                .count();
    }

    @Test
    protected void h1OneConsumerGetsAllThree() {
        put("/orders/1", "a");
        put("/orders/2", "b");
        put("/other/1", "no");
        Consumer one = consumer("one");
        await("two are listed", () -> handled.size() == 2);
        // One whose partition has begun: of the others not all may have.
        String partition = one.division().partitionOf("/orders/1");
        int number = 3;
        while (!one.division().partitionOf("/orders/" + number).equals(partition)) {
            number++;
        }
        put("/orders/" + number, "c");
        await("the third", () -> handled.size() == 3);
        assertThat(handled)
                .extracting(Handled::kind)
                .containsExactly("Listed", "Listed", "Created");
        assertThat(handled)
                .extracting(Handled::key)
                .containsExactlyInAnyOrder("/orders/1", "/orders/2", "/orders/" + number);
        assertThat(one.flow().counts().listed()).isEqualTo(2);
        assertThatThrownBy(one.flow()::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() ->
                        DividedFlow.of(
                                Division.of(one.member(), "list"), PATH, (event, ownership) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key space");
    }

    @Test
    protected void h2OfTwoConsumersEachValueGoesToExactlyOne() {
        Consumer one = consumer("one");
        Consumer two = consumer("two");
        awaitShared(one, two);
        for (int k = 0; k < 60; k++) {
            put("/orders/" + k, "v");
        }
        await("sixty", () -> handled.size() == 60);
        Stage.pause(Duration.ofMillis(200));
        assertThat(handled).hasSize(60);
        assertThat(handled).extracting(Handled::key).doesNotHaveDuplicates();
        for (Handled each : handled) {
            Consumer by = each.member().equals("one") ? one : two;
            assertThat(by.division().held(by.division().partitionOf(each.key()))).isPresent();
        }
        assertThat(handled).extracting(Handled::member).contains("one", "two");
    }

    @Test
    protected void h3WhatAStoppedConsumerHadIsToldToTheOther() {
        Consumer one = consumer("one");
        Consumer two = consumer("two");
        awaitShared(one, two);
        for (int k = 0; k < 60; k++) {
            put("/orders/" + k, "v");
        }
        await("sixty", () -> handled.size() == 60);
        TreeSet<String> twos = new TreeSet<>();
        handled.stream()
                .filter(each -> each.member().equals("two"))
                .forEach(each -> twos.add(each.key()));
        assertThat(twos).isNotEmpty();
        handled.clear();
        two.flow().close();
        awaitShared(one);
        await("all of its keys", () -> handled.size() == twos.size());
        assertThat(handled).allMatch(each -> each.member().equals("one"));
        assertThat(handled).allMatch(each -> each.kind().equals("Listed"));
        assertThat(handled).extracting(Handled::key).containsExactlyInAnyOrderElementsOf(twos);
        put("/orders/0", "later");
        await("it goes on", () -> count("/orders/0", "Updated") == 1);
        assertThat(two.member().isValid()).isTrue();
    }

    @Test
    protected void h3WhatADeadConsumerHadIsToldToTheOther() {
        Consumer one = consumer("one");
        Consumer two = consumer("two");
        awaitShared(one, two);
        for (int k = 0; k < 20; k++) {
            put("/orders/" + k, "v");
        }
        await("twenty", () -> handled.size() == 20);
        long twos = handled.stream().filter(each -> each.member().equals("two")).count();
        two.member().cancel();
        await("its keys are told again", () -> handled.size() == 20 + twos);
        assertThat(handled.subList(20, handled.size()))
                .allMatch(each -> each.member().equals("one") && each.kind().equals("Listed"));
    }

    @Test
    protected void noKeyGoesBackWhileMembersComeAndGoUnderLoad() {
        List<Consumer> consumers = new ArrayList<>(List.of(consumer("c0")));
        Map<String, Long> written = new ConcurrentHashMap<>();
        List<Map.Entry<String, Long>> all = new ArrayList<>();
        int names = 1;
        for (int n = 0; n < 400; n++) {
            String key = "/orders/" + n % 50;
            long revision = put(key, "v" + n);
            written.put(key, revision);
            all.add(Map.entry(key, revision));
            if (n % 100 == 30) {
                consumers.add(consumer("c" + names));
                names++;
            } else if (n % 100 == 80) {
                consumers.removeFirst().member().close();
            }
        }
        await(
                "the last of each key is handled",
                () -> {
                    TreeMap<String, Long> last = new TreeMap<>();
                    handled.forEach(one -> last.put(one.key(), one.revision()));
                    return last.equals(new TreeMap<>(written));
                });
        TreeMap<String, Handled> before = new TreeMap<>();
        for (Handled one : handled) {
            Handled last = before.put(one.key(), one);
            if (last != null) {
                assertThat(one.revision())
                        .as("%s after %s", one, last)
                        .isGreaterThanOrEqualTo(last.revision());
                assertThat(one.token()).isGreaterThanOrEqualTo(last.token());
                if (one.token() == last.token()) {
                    assertThat(one.revision())
                            .as("once for each owner: %s after %s", one, last)
                            .isGreaterThan(last.revision());
                }
            }
        }
        for (Map.Entry<String, Long> one : all) {
            assertThat(handled)
                    .as("%s was told to its owner, or is in what the next one was told", one)
                    .anyMatch(each ->
                            each.key().equals(one.getKey())
                                    && (each.revision() == one.getValue()
                                            || (each.revision() > one.getValue()
                                                    && each.kind().equals("Listed"))));
        }
    }

    @Test
    protected void aHandlerThatThrowsIsReportedAndHoldsUpNobody() {
        Member member = stage.join(stage.store(), Stage.GROUP, Stage.fast("one"));
        List<Problem> problems = new CopyOnWriteArrayList<>();
        List<String> good = new CopyOnWriteArrayList<>();
        DividedFlow flow =
                DividedFlow.of(
                                Division.space(
                                        member, "orders", PARTITIONS, DivisionOptions.defaults()),
                                PATH,
                                key -> key.substring(0, key.lastIndexOf('/')),
                                (event, ownership) -> {
                                    if (event.key().endsWith("/bad")) {
                                        throw new IllegalStateException("no good");
                                    }
                                    good.add(event.key());
                                })
                        .onProblem(problems::add)
                        .start();
        List<String> expected = new ArrayList<>();
        for (int k = 0; k < 10; k++) {
            put("/orders/1/bad", "v" + k);
            put("/orders/1/" + k, "v");
            expected.add("/orders/1/" + k);
        }
        await("ten", () -> good.size() == 10);
        assertThat(good).as("one routing key, one order").isEqualTo(expected);
        await("told", () -> problems.size() == flow.counts().failed() && !problems.isEmpty());
        assertThat(problems).allMatch(one -> one.kind() == Problem.Kind.HANDLER_FAILED);
        flow.close();
        flow.close();
        assertThat(member.isValid()).isTrue();
    }
}
