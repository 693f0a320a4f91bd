package dev.roster.testkit;

import static dev.roster.testkit.Commits.applied;
import static dev.roster.testkit.Commits.find;
import static dev.roster.testkit.Commits.on;
import static dev.roster.testkit.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Change;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import dev.roster.testkit.FaultyStore.Fault;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller that heeds the answers gets through any fault with nothing lost and nothing double. */
interface FaultCases extends StoreCases {
    int COUNTED = 12;

    @ParameterizedTest
    @EnumSource(Fault.class)
    default void a_fault_at_any_write_loses_and_doubles_nothing(Fault fault)
            throws InterruptedException {
        for (int faulty = 0; faulty < COUNTED; faulty++) {
            int at = faulty;
            String key = fault + "/" + faulty;
            FaultyStore store =
                    new FaultyStore(store(), number -> number == at ? fault : Fault.NONE);
            countTo(store, key, COUNTED);
            assertThat(value(find(store(), key))).isEqualTo(COUNTED);
            assertThat(store.commits()).isGreaterThanOrEqualTo(COUNTED);
        }
    }

    @Test
    default void faults_under_contention_lose_and_double_nothing() throws InterruptedException {
        long before = store().read(Commits.ALL).revision();
        Together.run(
                4,
                thread ->
                        () -> {
                            SplittableRandom random = new SplittableRandom(thread);
                            Fault[] faults = Fault.values();
                            FaultyStore store =
                                    new FaultyStore(
                                            thread % 2 == 0 ? store() : other(),
                                            number ->
                                                    random.nextBoolean()
                                                            ? Fault.NONE
                                                            : faults[random.nextInt(4)]);
                            for (int done = 0; done < 20; done++) {
                                increment(store, "shared", thread + "/" + done);
                            }
                            return thread;
                        });
        assertThat(value(find(store(), "shared"))).isEqualTo(80);
        try (Watch watch = store().watch(dev.roster.store.Range.key("shared"), before)) {
            List<Change> told = Watching.upTo(watch, store().read(Commits.ALL).revision());
            assertThat(told).hasSize(80);
        }
    }

    /** Drawn reads and writes of one key have an order that explains every answer. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    default void the_history_of_a_key_under_faults_is_linearizable(long seed)
            throws InterruptedException {
        Fault[] faults = Fault.values();
        RegisterRun.judge(
                store(),
                thread -> {
                    SplittableRandom random = new SplittableRandom(seed * 31 + thread);
                    return new FaultyStore(
                            thread % 2 == 0 ? store() : other(),
                            number ->
                                    random.nextInt(3) > 0
                                            ? Fault.NONE
                                            : faults[random.nextInt(faults.length)]);
                },
                "register",
                6,
                25,
                seed);
    }

    private static void countTo(Store store, String key, int end) {
        for (int done = 0; done < end; done++) {
            increment(store, key, "" + done);
        }
    }

    /** Adds one, exactly once: an answer that says nothing is settled by looking for the mark. */
    private static void increment(Store store, String key, String mark) {
        String markKey = "mark/" + key + "/" + mark;
        while (true) {
            Entry now = find(store, key);
            CommitResult result =
                    store.commit(
                            new dev.roster.Commit(
                                    null,
                                    List.of(
                                            now == null
                                                    ? new Condition.Absent(key)
                                                    : Condition.unchanged(now),
                                            new Condition.Absent(markKey)),
                                    List.of(put(key, "" + (value(now) + 1)), put(markKey, ""))));
            if (result instanceof CommitResult.Applied || find(store, markKey) != null) {
                return;
            }
        }
    }

    private static int value(@org.jspecify.annotations.Nullable Entry entry) {
        return entry == null ? 0 : Integer.parseInt(entry.value().toUtf8());
    }

    @Test
    default void what_failed_was_not_written() {
        FaultyStore store = new FaultyStore(store(), number -> Fault.BEFORE);
        assertThat(store.commit(Commits.always(put("k", "v"))))
                .isInstanceOf(CommitResult.Failed.class);
        assertThat(find(store(), "k")).isNull();
    }

    @Test
    default void what_is_unknown_may_have_been_written() {
        FaultyStore store = new FaultyStore(store(), number -> Fault.AFTER);
        assertThat(store.commit(Commits.always(put("k", "v"))))
                .isInstanceOf(CommitResult.Unknown.class);
        assertThat(find(store(), "k")).isNotNull();
        applied(store(), on(new Condition.Absent("l"), put("l", "v")));
    }
}
