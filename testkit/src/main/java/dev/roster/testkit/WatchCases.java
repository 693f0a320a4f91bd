package dev.roster.testkit;

import static dev.roster.testkit.Commits.ALL;
import static dev.roster.testkit.Commits.always;
import static dev.roster.testkit.Commits.applied;
import static dev.roster.testkit.Commits.delete;
import static dev.roster.testkit.Commits.entry;
import static dev.roster.testkit.Commits.fill;
import static dev.roster.testkit.Commits.on;
import static dev.roster.testkit.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.roster.Change;
import dev.roster.Condition;
import dev.roster.Operation;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Watches that one thread reads while nothing else goes on. */
interface WatchCases extends StoreCases {
    private long now() {
        return store().read(ALL).revision();
    }

    /** What a watch of the range tells from a revision to the present. */
    private List<Change> told(Store by, Range range, long after) throws InterruptedException {
        try (Watch watch = by.watch(range, after)) {
            return Watching.upTo(watch, now());
        }
    }

    @Test
    default void a_watch_tells_what_a_put_did() throws InterruptedException {
        long before = now();
        long revision = applied(store(), put("k", "v"));
        assertThat(told(store(), ALL, before))
                .containsExactly(new Change("k", entry(store(), "k"), revision));
    }

    @Test
    default void a_watch_tells_the_creation_of_an_entry_that_was_replaced()
            throws InterruptedException {
        applied(store(), put("k", "1"));
        long before = now();
        applied(store(), put("k", "2"));
        assertThat(told(store(), ALL, before))
                .extracting(Change::now)
                .containsExactly(entry(store(), "k"));
    }

    @Test
    default void a_watch_tells_a_deletion() throws InterruptedException {
        applied(store(), put("k", "v"));
        long before = now();
        long revision = applied(store(), delete("k"));
        assertThat(told(store(), ALL, before)).containsExactly(new Change("k", null, revision));
    }

    @Test
    default void a_watch_tells_an_empty_value_from_a_deletion() throws InterruptedException {
        long before = now();
        applied(store(), put("k", ""));
        assertThat(told(store(), ALL, before))
                .extracting(Change::now)
                .containsExactly(entry(store(), "k"));
    }

    @Test
    default void a_watch_tells_what_another_handle_did() throws InterruptedException {
        long before = now();
        try (Watch watch = store().watch(ALL, before)) {
            long revision = applied(other(), put("k", "v"));
            assertThat(Watching.upTo(watch, revision)).extracting(Change::key).containsExactly("k");
        }
    }

    @Test
    default void a_watch_tells_of_a_quiet_commit_though_nothing_follows()
            throws InterruptedException {
        long before = now();
        try (Watch watch = store().watch(ALL, before)) {
            long own = applied(store(), always(put("own", "v")).quietly());
            assertThat(Watching.upTo(watch, own)).extracting(Change::key).containsExactly("own");
            long others = applied(other(), always(put("k", "v")).quietly());
            assertThat(Watching.upTo(watch, others)).extracting(Change::key).containsExactly("k");
        }
    }

    @Test
    default void a_watch_tells_of_a_quiet_commit_before_the_next_one() throws InterruptedException {
        long before = now();
        try (Watch watch = store().watch(ALL, before)) {
            applied(other(), always(put("a", "v")).quietly());
            applied(other(), put("b", "v"));
            applied(other(), always(put("c", "v")).quietly());
            long last = applied(other(), put("d", "v"));
            assertThat(Watching.upTo(watch, last))
                    .extracting(Change::key)
                    .containsExactly("a", "b", "c", "d");
        }
    }

    @Test
    default void a_watch_tells_nothing_at_or_before_its_revision() throws InterruptedException {
        long first = applied(store(), put("a", "1"));
        long second = applied(store(), put("b", "1"));
        assertThat(told(store(), ALL, first)).extracting(Change::key).containsExactly("b");
        assertThat(told(store(), ALL, second)).isEmpty();
    }

    @Test
    default void a_watch_that_begins_at_a_commit_just_made_goes_on() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            long revision = applied(round % 2 == 0 ? store() : other(), put("k", "v"));
            try (Watch watch = store().watch(ALL, revision)) {
                assertThat(watch.next(Duration.ZERO))
                        .isEqualTo(new Watch.Batch.Changes(List.of(), revision));
            }
        }
    }

    @Test
    default void a_watch_from_the_beginning_tells_everything() throws InterruptedException {
        fill(store(), "a", "b");
        applied(store(), delete("a"));
        applied(store(), put("c", "1"));
        assertThat(told(other(), ALL, 0))
                .extracting(Change::key)
                .containsExactly("a", "b", "a", "c");
    }

    @Test
    default void a_watch_tells_every_value_a_key_had() throws InterruptedException {
        long before = now();
        List<String> values = IntStream.range(0, 20).mapToObj(String::valueOf).toList();
        values.forEach(value -> applied(store(), put("k", value)));
        assertThat(told(store(), ALL, before)).extracting(WatchCases::value).isEqualTo(values);
    }

    private static String value(Change change) {
        var entry = change.now();
        return entry == null ? "deleted" : entry.value().toUtf8();
    }

    @Test
    default void a_watch_tells_only_its_range() throws InterruptedException {
        long before = now();
        fill(store(), "a", "b", "b/1", "b/2", "b0", "c", "😀");
        assertThat(told(store(), Range.prefix("b/"), before))
                .extracting(Change::key)
                .containsExactly("b/1", "b/2");
        assertThat(told(store(), Range.key("b"), before))
                .extracting(Change::key)
                .containsExactly("b");
        assertThat(told(store(), new Range("c", null, 10), before))
                .extracting(Change::key)
                .containsExactly("c", "😀");
    }

    @Test
    default void a_watch_gets_on_past_changes_outside_its_range() throws InterruptedException {
        try (Watch watch = store().watch(Range.prefix("in/"), now())) {
            long outside = applied(other(), put("out", "1"));
            assertThat(Watching.upTo(watch, outside)).isEmpty();
            long inside = applied(other(), put("in/1", "1"));
            assertThat(Watching.upTo(watch, inside)).hasSize(1);
        }
    }

    @Test
    default void a_watch_does_not_heed_the_limit_of_its_range() throws InterruptedException {
        long before = now();
        fill(store(), "a", "b", "c");
        assertThat(told(store(), ALL.limit(1), before)).hasSize(3);
    }

    @Test
    default void the_changes_of_a_commit_come_together() throws InterruptedException {
        int many = Math.min(500, store().limits().operations());
        try (Watch watch = store().watch(ALL, now())) {
            for (int round = 0; round < 5; round++) {
                String value = "v" + round;
                long revision =
                        applied(
                                other(),
                                IntStream.range(0, many)
                                        .mapToObj(at -> put("m/" + at, value))
                                        .toArray(Operation[]::new));
                List<Change> first = firstNews(watch);
                assertThat(first).hasSize(many);
                assertThat(first).extracting(Change::revision).containsOnly(revision);
            }
        }
    }

    private static List<Change> firstNews(Watch watch) throws InterruptedException {
        for (int tries = 0; tries < 100; tries++) {
            if (watch.next(Duration.ofMillis(200)) instanceof Watch.Batch.Changes changes
                    && !changes.changes().isEmpty()) {
                return changes.changes();
            }
        }
        throw new AssertionError("The watch said nothing for a long time");
    }

    @Test
    default void what_was_refused_or_changed_nothing_is_not_told() throws InterruptedException {
        applied(store(), put("k", "1"));
        long before = now();
        store().commit(on(new Condition.Absent("k"), put("k", "2")));
        applied(store(), always());
        applied(store(), delete("none"));
        long revision = applied(store(), put("last", "1"));
        assertThat(told(store(), ALL, before))
                .extracting(Change::revision)
                .containsExactly(revision);
    }

    @Test
    default void a_watch_returns_when_its_time_is_over() throws InterruptedException {
        long before = now();
        try (Watch watch = store().watch(ALL, before)) {
            long start = System.nanoTime();
            assertThat(watch.next(Duration.ofMillis(50)))
                    .isEqualTo(new Watch.Batch.Changes(List.of(), before));
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(45), Duration.ofSeconds(20));
        }
    }

    @Test
    default void watches_do_not_take_changes_from_each_other() throws InterruptedException {
        long before = now();
        List<Watch> watches = new ArrayList<>();
        for (int at = 0; at < 50; at++) {
            watches.add((at % 2 == 0 ? store() : other()).watch(ALL, before));
        }
        fill(store(), "a", "b");
        long revision = applied(other(), put("c", "1"));
        for (Watch watch : watches) {
            assertThat(Watching.upTo(watch, revision))
                    .extracting(Change::key)
                    .containsExactly("a", "b", "c");
            watch.close();
        }
    }

    @Test
    default void a_slow_watch_misses_nothing_that_is_kept() throws InterruptedException {
        try (Watch slow = store().watch(ALL, now());
                Watch quick = store().watch(ALL, now())) {
            long last = 0;
            for (int round = 0; round < 200; round++) {
                last = applied(store(), put("k" + round, "v"));
            }
            List<Change> expected = Watching.upTo(quick, last);
            assertThat(expected).hasSize(200);
            assertThat(Watching.upTo(slow, last)).isEqualTo(expected);
        }
    }

    @Test
    default void a_watch_ahead_of_the_store_has_to_reread() throws InterruptedException {
        try (Watch watch = store().watch(ALL, now() + 1000)) {
            assertThat(Watching.mustReread(watch).why()).isNotEmpty();
        }
    }

    @Test
    default void a_watch_that_was_left_behind_has_to_reread_and_ends() throws InterruptedException {
        long before = applied(store(), put("k", "v"));
        int most = store().limits().operations();
        try (Watch behind = store().watch(ALL, before)) {
            // Where somebody else makes the store forget, that may take a while.
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            for (int round = 0;
                    (round < 500 || System.nanoTime() - end < 0) && !isForgotten(before);
                    round++) {
                String value = "v" + round;
                applied(
                        store(),
                        IntStream.range(0, most)
                                .mapToObj(at -> put("m/" + at, value))
                                .toArray(Operation[]::new));
            }
            assertThat(behind.next(Duration.ZERO)).isInstanceOf(Watch.Batch.MustReread.class);
            assertThatIllegalStateException().isThrownBy(() -> behind.next(Duration.ZERO));
        }
        long fresh = now();
        long revision = applied(store(), put("k", "w"));
        assertThat(told(store(), ALL, fresh))
                .extracting(Change::revision)
                .containsExactly(revision);
    }

    private boolean isForgotten(long revision) throws InterruptedException {
        try (Watch watch = store().watch(Range.key("none"), revision)) {
            return watch.next(Duration.ZERO) instanceof Watch.Batch.MustReread;
        }
    }
}
