package dev.roster.testkit;

import static dev.roster.testkit.Stage.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.Codec;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.IndeterminateException;
import dev.roster.InvalidInputException;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.flow.Flow;
import dev.roster.flow.Value;
import dev.roster.flow.Values;
import dev.roster.flow.VersionConflictException;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What values do on any store: the acceptance tests K1 to K4, times to live, and typed errors. A
 * store's test extends this class and says how to open it.
 */
@Timeout(60)
public abstract class ValuesContract {
    private final List<AutoCloseable> open = new ArrayList<>();
    private CutStore store;
    private Values<String> values;

    /** Opens another handle on the same content, as another process would; new for each test. */
    protected abstract Store open();

    @BeforeEach
    final void openStore() {
        store = opened();
        values = values(store);
    }

    @AfterEach
    final void closeAll() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        open.clear();
    }

    private CutStore opened() {
        CutStore one = new CutStore(open());
        open.add(one);
        return one;
    }

    private Values<String> values(Store on) {
        Values<String> one = Values.of(on, "settings", Codec.TEXT);
        open.add(one);
        return one;
    }

    @Test
    protected void k1WhatIsPutIsThere() {
        long version = values.put("limit", "7");
        assertThat(values.get("limit")).hasValue(new Value<>("limit", "7", version));
        assertThat(values.get("other")).isEmpty();
        long next = values.put("limit", "8");
        assertThat(next).isGreaterThan(version);
        values.put("a/b", "é");
        Values<String> elsewhere = values(opened());
        assertThat(elsewhere.list()).extracting(Value::key).containsExactly("a/b", "limit");
        assertThat(elsewhere.list("a/")).extracting(Value::value).containsExactly("é");
        assertThat(store.read(Range.key("settings/limit")).entries().getFirst().value())
                .as("its bytes and nothing else")
                .isEqualTo(Bytes.utf8("8"));
        values.delete("limit");
        values.delete("limit");
        assertThat(values.get("limit")).isEmpty();
    }

    @Test
    protected void k2AValueIsGoneWhenItsTimeToLiveIsOverAndNotBefore() {
        Duration live = Duration.ofSeconds(2);
        Values<String> elsewhere = values(opened());
        long begin = System.nanoTime();
        values.put("session", "s", live);
        values.put("kept", "k", live);
        values.put("kept", "for ever");
        boolean isThere = elsewhere.get("session").isPresent();
        while (System.nanoTime() - begin < live.toNanos()) {
            assertThat(isThere).isTrue();
            Stage.pause(Duration.ofMillis(50));
            isThere = elsewhere.get("session").isPresent();
        }
        await("it is gone", () -> elsewhere.get("session").isEmpty());
        // Far more than the margin: the machine may stand still for a while.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(live.multipliedBy(5));
        assertThat(elsewhere.get("kept")).isPresent();
        assertThat(store.read(Range.prefix("e/")).entries()).as("nothing is left over").isEmpty();
    }

    @Test
    protected void k2AnotherProcessRemovesWhatADeadOnePutAndAWritingBeginsTheTimeAnew() {
        Values<String> dies = values(opened());
        dies.put("a", "1", Duration.ofSeconds(1));
        dies.put("b", "1", Duration.ofSeconds(1));
        dies.close();
        Stage.pause(Duration.ofMillis(1300));
        assertThat(values.get("a")).as("nobody watches").isPresent();
        values.expire();
        long last = 0;
        for (int n = 0; n < 8; n++) {
            last = System.nanoTime();
            values.put("b", "again", Duration.ofSeconds(1));
            Stage.pause(Duration.ofMillis(200));
        }
        boolean isThere = values.get("b").isPresent();
        assertThat(isThere || System.nanoTime() - last > Duration.ofSeconds(1).toNanos()).isTrue();
        await("nobody wrote it again", () -> values.get("a").isEmpty());
        await("in the end", () -> values.get("b").isEmpty());
        assertThatThrownBy(() -> values.put("c", "1", Duration.ofMillis(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("PT0.001S");
    }

    @Test
    protected void k2WhatSomebodyElseWroteIsNotRemoved() {
        values.put("a", "1", Duration.ofMillis(500));
        CommitResult result =
                store.commit(
                        new Commit(
                                null,
                                List.of(),
                                List.of(new Operation.Put("settings/a", Bytes.utf8("raw")))));
        assertThat(result).isInstanceOf(CommitResult.Applied.class);
        await("its record is dropped", () -> store.read(Range.prefix("e/")).entries().isEmpty());
        assertThat(values.get("a").orElseThrow().value()).isEqualTo("raw");
    }

    @Test
    protected void k3AVersionOfWhatDoesNotExistIsAConflict() {
        assertThatThrownBy(() -> values.put("limit", "7", 17))
                .isInstanceOfSatisfying(
                        VersionConflictException.class, e -> assertThat(e.found()).isZero())
                .hasMessageContaining("at version 17")
                .hasMessageContaining("does not exist");
        assertThat(values.get("limit")).isEmpty();
        assertThatThrownBy(() -> values.delete("limit", 17))
                .isInstanceOf(VersionConflictException.class);
        assertThat(values.put("limit", "7", 0)).isPositive();
        assertThatThrownBy(() -> values.put("limit", "8", 0))
                .isInstanceOf(VersionConflictException.class)
                .hasMessageContaining("not to exist");
    }

    @Test
    protected void k4AVersionCountsOnce() {
        long first = values.put("limit", "7");
        long second = values.put("limit", "8", first);
        assertThatThrownBy(() -> values.put("limit", "9", first))
                .isInstanceOfSatisfying(
                        VersionConflictException.class,
                        e -> assertThat(e.found()).isEqualTo(second));
        assertThat(values.get("limit")).hasValue(new Value<>("limit", "8", second));
        values.delete("limit", second);
        values.put("limit", "8");
        assertThatThrownBy(() -> values.put("limit", "9", second))
                .as("the same content, another version")
                .isInstanceOf(VersionConflictException.class);
    }

    @Test
    protected void ofManyWhoWriteWithAVersionEachIsCountedOnce() throws InterruptedException {
        values.put("count", "0");
        Together.run(
                4,
                thread ->
                        () -> {
                            int counted = 0;
                            while (counted < 25) {
                                Value<String> now = values.get("count").orElseThrow();
                                int next = Integer.parseInt(now.value()) + 1;
                                try {
                                    values.put("count", Integer.toString(next), now.version());
                                    counted++;
                                } catch (VersionConflictException e) {
                                    // Somebody was faster: with what is there now, again.
                                }
                            }
                            return counted;
                        });
        assertThat(values.get("count").orElseThrow().value()).isEqualTo("100");
    }

    @Test
    protected void aWatchTellsWhatIsThereAndWhatChanges() {
        values.put("a", "1");
        List<String> told = new CopyOnWriteArrayList<>();
        Flow flow =
                values.watch(
                        (key, value) -> told.add(key + "=" + value.map(Value::value).orElse("-")));
        open.add(flow);
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        flow.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        await("what is there", () -> told.size() == 1);
        Values<String> elsewhere = values(opened());
        elsewhere.put("b", "2");
        elsewhere.put("a", "3");
        elsewhere.delete("b");
        await("what changed", () -> told.size() == 4);
        assertThat(told).containsExactly("a=1", "b=2", "a=3", "b=-");
    }

    @Test
    protected void itIsSaidWhatIsKnownWhenTheStoreFails() {
        values.put("a", "1");
        store.become(CutStore.Fault.REFUSING);
        assertThatThrownBy(() -> values.put("a", "2"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("Nothing was written");
        assertThatThrownBy(() -> values.get("a")).isInstanceOf(StoreUnavailableException.class);
        store.become(CutStore.Fault.LOSING_REPLIES);
        assertThatThrownBy(() -> values.put("a", "3")).isInstanceOf(IndeterminateException.class);
        store.become(CutStore.Fault.NONE);
        assertThat(values.get("a").orElseThrow().value()).isEqualTo("3");
    }

    @Test
    protected void badKeysAreRefusedAndRostersOwnAreOutOfReach() {
        assertThatThrownBy(() -> Values.of(store, "g/importers", Codec.TEXT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Roster's own");
        Values<Bytes> all = Values.of(store, "", Codec.BYTES);
        assertThatThrownBy(() -> all.put("b/x", Bytes.EMPTY))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> all.delete("g/x")).isInstanceOf(InvalidInputException.class);
        all.put("bare", Bytes.utf8("x"));
        assertThat(all.get("bare").orElseThrow().value()).isEqualTo(Bytes.utf8("x"));
        assertThatThrownBy(() -> values.put("", "x")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> values.put("k".repeat(3000), "x"))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> values.put("k", "x".repeat(300 * 1024)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> values.put("k", "x", -1))
                .isInstanceOf(InvalidInputException.class);
        assertThat(values.list()).isEmpty();
        values.close();
        values.close();
        assertThatThrownBy(values::expire).isInstanceOf(IllegalStateException.class);
    }
}
