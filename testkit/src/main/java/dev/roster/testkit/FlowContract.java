package dev.roster.testkit;

import static dev.roster.testkit.Stage.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Entry;
import dev.roster.InvalidInputException;
import dev.roster.Operation;
import dev.roster.Problem;
import dev.roster.flow.EndOfFlowException;
import dev.roster.flow.Flow;
import dev.roster.flow.FlowEvent;
import dev.roster.flow.FlowOptions;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a flow tells on any store: the acceptance tests F1 to F6, and as F7 what it tells after an
 * outage and after missed changes. A store's test extends this class and says how to open it.
 */
@Timeout(60)
public abstract class FlowContract {
    private final List<Flow> flows = new CopyOnWriteArrayList<>();
    private final List<CutStore> stores = new ArrayList<>();
    private CutStore store;

    /** Opens another handle on the same content, as another process would; new for each test. */
    protected abstract Store open();

    @BeforeEach
    final void openStore() {
        store = opened();
    }

    @AfterEach
    final void closeAll() {
        stores.forEach(one -> one.become(CutStore.Fault.NONE));
        flows.forEach(Flow::stop);
        stores.forEach(CutStore::close);
        stores.clear();
        flows.clear();
    }

    private CutStore opened() {
        CutStore one = new CutStore(open());
        stores.add(one);
        return one;
    }

    private long put(String key, String value) {
        return apply(List.of(new Operation.Put(key, Bytes.utf8(value))));
    }

    private long delete(String key) {
        return apply(List.of(new Operation.Delete(key)));
    }

    private long apply(List<Operation> operations) {
        CommitResult result = stores.getLast().commit(new Commit(null, List.of(), operations));
        assertThat(result).isInstanceOf(CommitResult.Applied.class);
        return ((CommitResult.Applied) result).revision();
    }

    private void putAll(String prefix, int count) {
        for (int k = 0; k < count; k++) {
            put(prefix + "%02d".formatted(k), "v" + k);
        }
    }

    /** Runs it on a thread of its own. */
    private Thread started(Flow flow) {
        flows.add(flow);
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        flow.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private static String text(FlowEvent event) {
        return switch (event) {
            case FlowEvent.Listed one -> "listed " + one.key() + "=" + value(one.entry());
            case FlowEvent.Created one -> "created " + one.key() + "=" + value(one.entry());
            case FlowEvent.Updated one ->
                    "updated "
                            + one.key()
                            + "="
                            + value(one.entry())
                            + one.before().map(old -> " was " + value(old)).orElse("");
            case FlowEvent.Deleted one ->
                    "deleted "
                            + one.key()
                            + one.before().map(old -> " was " + value(old)).orElse("");
        };
    }

    private static String value(Entry entry) {
        return entry.value().toUtf8();
    }

    @Test
    protected void f1AListIsToldInKeyOrderAndRunReturns() throws InterruptedException {
        put("/async/c", "3");
        put("/async/a", "1");
        put("/async/b", "2");
        List<String> told = new ArrayList<>();
        Flow flow = Flow.on(store).list("/async", event -> told.add(text(event)));
        flow.run();
        assertThat(told)
                .containsExactly("listed /async/a=1", "listed /async/b=2", "listed /async/c=3");
        assertThat(flow.counts().listed()).isEqualTo(3);
        assertThatThrownBy(flow::run).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> flow.list("/x", event -> {}))
                .isInstanceOf(IllegalStateException.class);
        Flow.on(store).run();
    }

    @Test
    protected void f2PagesOfTwoTellAllSixInOrder() throws InterruptedException {
        putAll("/async/", 6);
        List<String> told = new ArrayList<>();
        Flow.on(store, FlowOptions.defaults().withPageSize(2))
                .list("/async", event -> told.add(event.key()))
                .run();
        assertThat(told)
                .containsExactly(
                        "/async/00",
                        "/async/01",
                        "/async/02",
                        "/async/03",
                        "/async/04",
                        "/async/05");
        assertThatThrownBy(() -> FlowOptions.defaults().withPageSize(0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("page size is 0");
    }

    @Test
    protected void f3WhatIsListedIsThenWatchedAndNothingIsMissed() {
        putAll("/async/", 3);
        List<String> both = new CopyOnWriteArrayList<>();
        List<String> apart = new CopyOnWriteArrayList<>();
        started(
                Flow.on(store, FlowOptions.defaults().withPrevious(true))
                        .list("/async", event -> apart.add(text(event)))
                        .follow("/async", event -> both.add(text(event)))
                        .watch("/async", event -> apart.add(text(event))));
        await("three are listed", () -> both.size() == 3);
        put("/async/00", "a");
        put("/async/01", "b");
        put("/async/03", "c");
        put("/async/00", "d");
        delete("/async/02");
        await("five changes", () -> both.size() == 8);
        assertThat(both)
                .containsExactly(
                        "listed /async/00=v0",
                        "listed /async/01=v1",
                        "listed /async/02=v2",
                        "updated /async/00=a was v0",
                        "updated /async/01=b was v1",
                        "created /async/03=c",
                        "updated /async/00=d was a",
                        "deleted /async/02 was v2");
        await("the others, too", () -> apart.size() == 8);
        assertThat(apart).isEqualTo(both);
    }

    @Test
    protected void f4APathIsAPathAndNoPageIsSkipped() throws InterruptedException {
        putAll("/async/a", 40);
        putAll("/async/z", 40);
        put("/async2/a", "sibling");
        put("/async-", "sibling");
        put("/async.d/x", "sibling");
        put("/async", "itself");
        List<String> told = new ArrayList<>();
        Flow.on(store, FlowOptions.defaults().withPageSize(7))
                .list("/async", event -> told.add(event.key()))
                .run();
        assertThat(told).hasSize(81).contains("/async", "/async/a39", "/async/z00").isSorted();
        List<String> below = new ArrayList<>();
        List<String> all = new ArrayList<>();
        Flow.on(store)
                .list("/async/", event -> below.add(event.key()))
                .list("", event -> all.add(event.key()))
                .run();
        assertThat(below).hasSize(80).doesNotContain("/async");
        assertThat(all).hasSize(84);

        List<String> watched = new CopyOnWriteArrayList<>();
        Flow flow = Flow.on(store).watch("/async", event -> watched.add(text(event)));
        started(flow);
        awaitWatching(flow, watched, "/async/begin");
        put("/async2/a", "no");
        put("/async-", "no");
        put("/async", "yes");
        await("one more", () -> watched.size() == 2);
        assertThat(watched.get(1)).isEqualTo("updated /async=yes");
    }

    /** Puts a key again and again until a flow is told of one: it watches from then on. */
    private void awaitWatching(Flow flow, List<String> told, String key) {
        put(key, "0");
        await(
                "it watches",
                () -> {
                    if (told.isEmpty()) {
                        put(key, "again");
                        Stage.pause(Duration.ofMillis(50));
                    }
                    return !told.isEmpty() && flow.counts().listed() == 0;
                });
        long mine = put(key, "last");
        await("the last", () -> told.getLast().endsWith("=last"));
        assertThat(mine).isPositive();
        told.subList(1, told.size()).clear();
    }

    @Test
    protected void f5AHandlerThatThrowsIsReportedAndOneThatWantsNoMoreEndsIt()
            throws InterruptedException {
        putAll("/async/", 5);
        List<Problem> problems = new CopyOnWriteArrayList<>();
        List<String> first = new CopyOnWriteArrayList<>();
        List<String> second = new CopyOnWriteArrayList<>();
        Flow flow =
                Flow.on(store)
                        .onProblem(problems::add)
                        .follow(
                                "/async",
                                event -> {
                                    first.add(event.key());
                                    if (event.key().endsWith("1")) {
                                        throw new IllegalArgumentException("no good");
                                    }
                                })
                        .follow(
                                "/async",
                                event -> {
                                    second.add(event.key());
                                    if (event.key().endsWith("3")) {
                                        throw new EndOfFlowException();
                                    }
                                });
        flow.run();
        assertThat(first).hasSize(4).isEqualTo(second);
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().kind()).isEqualTo(Problem.Kind.HANDLER_FAILED);
        assertThat(problems.getFirst().subject()).isEqualTo("/async/01");
        assertThat(problems.getFirst().detail()).contains("no good");
        assertThat(flow.counts().failed()).isEqualTo(1);
        assertThat(flow.counts().listed()).isEqualTo(4);
    }

    @Test
    protected void f6ABurstOfTenThousandEventsMeetsASlowHandlerAndNoneIsLost() {
        int count = 10_000;
        int batch = Math.min(50, store.limits().operations() / 2);
        List<Long> revisions = Collections.synchronizedList(new ArrayList<>());
        TreeMap<String, String> last = new TreeMap<>();
        AtomicInteger told = new AtomicInteger();
        Flow flow =
                Flow.on(store)
                        .follow(
                                "/burst",
                                event -> {
                                    if (told.incrementAndGet() % 100 == 0) {
                                        LockSupport.parkNanos(2_000_000);
                                    }
                                    revisions.add(event.revision());
                                    synchronized (last) {
                                        last.put(event.key(), text(event));
                                    }
                                });
        put("/burst/begin", "0");
        started(flow);
        await("it follows", () -> told.get() == 1);
        opened();
        for (int n = 0; n < count; n += batch) {
            List<Operation> operations = new ArrayList<>();
            for (int k = n; k < n + batch; k++) {
                operations.add(new Operation.Put("/burst/" + k % 1000, Bytes.utf8("v" + k)));
            }
            apply(operations);
        }
        await("all are told", () -> told.get() >= count + 1);
        assertThat(told.get()).isEqualTo(count + 1);
        assertThat(revisions).isSorted();
        synchronized (last) {
            for (int k = 0; k < 1000; k++) {
                assertThat(last)
                        .containsEntry(
                                "/burst/" + k,
                                "updated /burst/%d=v%d".formatted(k, count - 1000 + k));
            }
        }
        assertThat(flow.counts().created()).isEqualTo(1000);
        assertThat(flow.counts().updated()).isEqualTo(count - 1000);
        assertThat(flow.counts().rereads()).isZero();
    }

    @Test
    protected void f7AfterAnOutageItGoesOnWhereItWas() {
        putAll("/async/", 2);
        List<String> told = new CopyOnWriteArrayList<>();
        Flow flow = Flow.on(store).follow("/async", event -> told.add(text(event)));
        started(flow);
        await("two are listed", () -> told.size() == 2);
        opened();
        for (CutStore.Fault fault :
                List.of(
                        CutStore.Fault.REFUSING,
                        CutStore.Fault.LOSING_REPLIES,
                        CutStore.Fault.HANGING)) {
            told.clear();
            store.become(fault);
            put("/async/00", "1 " + fault);
            put("/async/00", "2 " + fault);
            delete("/async/01");
            put("/async/01", "3 " + fault);
            Stage.pause(Duration.ofMillis(300));
            assertThat(told).isEmpty();
            store.become(CutStore.Fault.NONE);
            await("four changes", () -> told.size() == 4);
            assertThat(told)
                    .containsExactly(
                            "updated /async/00=1 " + fault,
                            "updated /async/00=2 " + fault,
                            "deleted /async/01",
                            "created /async/01=3 " + fault);
        }
        assertThat(flow.counts().rereads()).isZero();
        assertThat(flow.counts().outages()).isPositive();
    }

    @Test
    protected void f7AfterMissedChangesItTellsWhatIsNewAndWhatIsGone() {
        putAll("/async/", 5);
        List<String> told = new CopyOnWriteArrayList<>();
        Flow flow =
                Flow.on(store, FlowOptions.defaults().withPageSize(2).withPrevious(true))
                        .follow("/async", event -> told.add(text(event)));
        started(flow);
        await("five are listed", () -> told.size() == 5);
        opened();
        put("/async/04", "watched");
        await("it watches", () -> told.size() == 6);
        told.clear();
        store.become(CutStore.Fault.REFUSING);
        put("/async/00", "a");
        put("/async/00", "b");
        delete("/async/01");
        delete("/async/02");
        put("/async/02", "again");
        put("/async/07", "new");
        put("/async/08", "passing");
        delete("/async/08");
        store.missChanges();
        store.become(CutStore.Fault.NONE);
        await("five are told", () -> told.size() == 5);
        assertThat(told)
                .containsExactly(
                        "updated /async/00=b was v0",
                        "deleted /async/01 was v1",
                        "deleted /async/02 was v2",
                        "created /async/02=again",
                        "created /async/07=new");
        assertThat(flow.counts().rereads()).isEqualTo(1);
        put("/async/07", "newer");
        await("it goes on", () -> told.size() == 6);
        assertThat(told.getLast()).isEqualTo("updated /async/07=newer was new");
    }

    @Test
    protected void f7InABurstWithCutsAndMissedChangesEachKeyEndsAsItIsAndNoneGoesBack() {
        TreeMap<String, Long> last = new TreeMap<>();
        TreeMap<String, String> followed = new TreeMap<>();
        List<String> wrong = new CopyOnWriteArrayList<>();
        Flow flow =
                Flow.on(store, FlowOptions.defaults().withPageSize(10))
                        .follow(
                                "/burst",
                                event -> {
                                    synchronized (followed) {
                                        Long before = last.put(event.key(), event.revision());
                                        if (before != null && before >= event.revision()) {
                                            wrong.add(before + " before " + text(event));
                                        }
                                        if (event instanceof FlowEvent.Deleted) {
                                            // One that was made again in between is gone when
                                            // it was made.
                                            last.put(event.key(), event.revision() - 1);
                                            followed.remove(event.key());
                                        } else {
                                            followed.put(event.key(), text(event).split("=")[1]);
                                        }
                                    }
                                });
        put("/burst/begin", "0");
        started(flow);
        await("it follows", () -> flow.counts().listed() == 1);
        opened();
        for (int n = 0; n < 600; n++) {
            String key = "/burst/" + n * 7 % 40;
            if (n % 5 == 4) {
                delete(key);
            } else {
                put(key, "v" + n);
            }
            switch (n % 60) {
                case 10 -> store.become(CutStore.Fault.REFUSING);
                case 20 -> store.missChanges();
                case 30 -> {
                    store.become(CutStore.Fault.NONE);
                    // Long enough for it to try again.
                    Stage.pause(Duration.ofMillis(120));
                }
                case 50 -> store.missChanges();
                default -> {}
            }
        }
        store.become(CutStore.Fault.NONE);
        TreeMap<String, String> there = new TreeMap<>();
        for (Entry entry : stores.getLast().read(Range.prefix("/burst/")).entries()) {
            there.put(entry.key(), value(entry));
        }
        await(
                "all is told",
                () -> {
                    synchronized (followed) {
                        return followed.equals(there);
                    }
                });
        assertThat(wrong).isEmpty();
        assertThat(flow.counts().rereads()).isPositive();
    }

    @Test
    protected void aFlowIsStoppedFromOutsideAndByAnInterrupt() throws InterruptedException {
        Flow stopped = Flow.on(store).watch("/async", event -> {});
        Thread runs = started(stopped);
        Stage.pause(Duration.ofMillis(50));
        long begin = System.nanoTime();
        stopped.stop();
        runs.join();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));

        Flow interrupted = Flow.on(store).watch("/async", event -> {});
        Thread waits = started(interrupted);
        Stage.pause(Duration.ofMillis(50));
        waits.interrupt();
        waits.join();
        assertThatThrownBy(() -> Flow.on(store).list("a".repeat(5000), event -> {}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("2048");
    }

    @Test
    protected void aFlowEndsWithItsStore() {
        CutStore closing = opened();
        List<String> told = new CopyOnWriteArrayList<>();
        Flow flow = Flow.on(closing).watch("/async", event -> told.add(text(event)));
        List<String> ended = new CopyOnWriteArrayList<>();
        flows.add(flow);
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        flow.run();
                        ended.add("returned");
                    } catch (InterruptedException | RuntimeException e) {
                        ended.add(e.toString());
                    }
                });
        awaitWatching(flow, told, "/async/begin");
        closing.close();
        await("the end", () -> ended.size() == 1);
        assertThat(ended.getFirst()).contains("The flow failed").contains("closed");
    }
}
