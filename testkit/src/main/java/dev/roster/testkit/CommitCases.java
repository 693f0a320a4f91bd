package dev.roster.testkit;

import static dev.roster.testkit.Commits.ALL;
import static dev.roster.testkit.Commits.always;
import static dev.roster.testkit.Commits.applied;
import static dev.roster.testkit.Commits.delete;
import static dev.roster.testkit.Commits.entry;
import static dev.roster.testkit.Commits.fill;
import static dev.roster.testkit.Commits.find;
import static dev.roster.testkit.Commits.keys;
import static dev.roster.testkit.Commits.on;
import static dev.roster.testkit.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Commits by one caller. */
interface CommitCases extends StoreCases {
    private CommitResult refused(List<String> failed, Entry... found) {
        return new CommitResult.Refused(failed, List.of(found));
    }

    @Test
    default void a_put_creates_a_key() {
        long revision = applied(store(), put("k", "v"));
        assertThat(entry(store(), "k"))
                .isEqualTo(new Entry("k", Bytes.utf8("v"), revision, revision));
    }

    @Test
    default void a_put_replaces_the_value_and_keeps_the_creation() {
        long first = applied(store(), put("k", "1"));
        long second = applied(store(), put("k", "2"));
        assertThat(entry(store(), "k")).isEqualTo(new Entry("k", Bytes.utf8("2"), first, second));
    }

    @Test
    default void a_put_of_the_same_value_is_a_write() {
        long first = applied(store(), put("k", "v"));
        long second = applied(store(), put("k", "v"));
        assertThat(second).isGreaterThan(first);
        assertThat(entry(store(), "k").modified()).isEqualTo(second);
    }

    @Test
    default void a_delete_removes_the_key() {
        applied(store(), put("k", "v"));
        applied(store(), delete("k"));
        assertThat(find(store(), "k")).isNull();
    }

    @Test
    default void a_key_that_is_made_again_is_a_new_one() {
        long first = applied(store(), put("k", "1"));
        applied(store(), delete("k"));
        long second = applied(store(), put("k", "2"));
        assertThat(second).isGreaterThan(first);
        assertThat(entry(store(), "k")).isEqualTo(new Entry("k", Bytes.utf8("2"), second, second));
    }

    @Test
    default void a_delete_of_a_missing_key_changes_nothing() {
        long revision = applied(store(), put("k", "v"));
        assertThat(applied(store(), delete("none"))).isEqualTo(revision);
        assertThat(store().read(ALL).revision()).isEqualTo(revision);
    }

    @Test
    default void revisions_grow_with_every_change() {
        long last = store().read(ALL).revision();
        for (int round = 0; round < 100; round++) {
            var handle = round % 3 == 0 ? other() : store();
            long next = applied(handle, round % 2 == 0 ? put("k", "v") : delete("k"));
            assertThat(next).isGreaterThan(last);
            last = next;
        }
    }

    @Test
    default void the_operations_of_a_commit_share_its_revision() {
        applied(store(), put("old", "1"));
        long revision = applied(store(), put("a", "1"), delete("old"), put("b", "2"));
        assertThat(store().read(ALL).entries())
                .extracting(Entry::modified)
                .containsExactly(revision, revision);
    }

    @Test
    default void absent_holds_for_a_missing_key() {
        applied(store(), on(new Condition.Absent("k"), put("k", "v")));
        assertThat(keys(store(), ALL)).containsExactly("k");
    }

    @Test
    default void absent_fails_for_an_existing_key_and_shows_it() {
        applied(store(), put("k", "v"));
        Entry there = entry(store(), "k");
        assertThat(store().commit(on(new Condition.Absent("k"), put("k", "w"))))
                .isEqualTo(refused(List.of("k"), there));
        assertThat(entry(store(), "k")).isEqualTo(there);
    }

    @Test
    default void absent_holds_again_after_a_delete() {
        applied(store(), put("k", "v"));
        applied(store(), delete("k"));
        applied(store(), on(new Condition.Absent("k"), put("k", "w")));
    }

    @Test
    default void absent_sees_an_empty_value() {
        applied(store(), put("k", ""));
        assertThat(store().commit(on(new Condition.Absent("k"), put("k", "w"))))
                .isEqualTo(refused(List.of("k"), entry(store(), "k")));
    }

    @Test
    default void unchanged_holds_for_the_entry_that_was_read() {
        applied(store(), put("k", "1"));
        Entry read = entry(other(), "k");
        applied(store(), on(Condition.unchanged(read), put("k", "2")));
        assertThat(entry(other(), "k").value()).isEqualTo(Bytes.utf8("2"));
    }

    @Test
    default void unchanged_fails_after_a_write_and_shows_what_is_there() {
        applied(store(), put("k", "1"));
        Entry read = entry(store(), "k");
        applied(other(), put("k", "2"));
        Entry there = entry(store(), "k");
        assertThat(store().commit(on(Condition.unchanged(read), put("k", "3"))))
                .isEqualTo(refused(List.of("k"), there));
    }

    @Test
    default void unchanged_fails_after_a_write_of_the_same_value() {
        applied(store(), put("k", "1"));
        Entry read = entry(store(), "k");
        applied(store(), put("k", "1"));
        assertThat(store().commit(on(Condition.unchanged(read), put("k", "3"))))
                .isInstanceOf(CommitResult.Refused.class);
    }

    @Test
    default void unchanged_fails_for_a_missing_key_and_shows_nothing() {
        assertThat(store().commit(on(new Condition.Unchanged("k", 1), put("k", "v"))))
                .isEqualTo(refused(List.of("k")));
        assertThat(find(store(), "k")).isNull();
    }

    @Test
    default void unchanged_fails_for_a_key_that_was_made_again() {
        applied(store(), put("k", "1"));
        Entry read = entry(store(), "k");
        applied(store(), delete("k"));
        applied(store(), put("k", "1"));
        assertThat(store().commit(on(Condition.unchanged(read), delete("k"))))
                .isEqualTo(refused(List.of("k"), entry(store(), "k")));
    }

    @Test
    default void unchanged_fails_for_a_revision_that_is_still_to_come() {
        long revision = applied(store(), put("k", "1"));
        assertThat(store().commit(on(new Condition.Unchanged("k", revision + 1), delete("k"))))
                .isInstanceOf(CommitResult.Refused.class);
    }

    @Test
    default void one_failing_condition_stops_all_operations() {
        fill(store(), "a", "b");
        Commit commit =
                new Commit(
                        null,
                        List.of(
                                Condition.unchanged(entry(store(), "a")),
                                new Condition.Absent("b"),
                                new Condition.Absent("c")),
                        List.of(put("a", "x"), put("c", "x"), delete("b")));
        List<Entry> before = store().read(ALL).entries();
        assertThat(store().commit(commit)).isEqualTo(refused(List.of("b"), entry(store(), "b")));
        assertThat(store().read(ALL).entries()).isEqualTo(before);
    }

    @Test
    default void a_refusal_names_all_conditions_that_failed() {
        fill(store(), "a", "b");
        Commit commit =
                new Commit(
                        null,
                        List.of(
                                new Condition.Absent("b"),
                                new Condition.Unchanged("none", 1),
                                new Condition.Absent("a")),
                        List.of());
        assertThat(store().commit(commit))
                .isEqualTo(
                        refused(
                                List.of("b", "none", "a"),
                                entry(store(), "b"),
                                entry(store(), "a")));
    }

    @Test
    default void a_condition_may_be_about_a_key_that_is_not_written() {
        applied(store(), put("fence", "1"));
        Entry fence = entry(store(), "fence");
        applied(store(), on(Condition.unchanged(fence), put("effect", "1")));
        applied(other(), put("fence", "2"));
        assertThat(store().commit(on(Condition.unchanged(fence), put("effect", "2"))))
                .isInstanceOf(CommitResult.Refused.class);
        assertThat(entry(store(), "effect").value()).isEqualTo(Bytes.utf8("1"));
    }

    @Test
    default void a_commit_without_operations_is_a_check() {
        long revision = applied(store(), put("k", "1"));
        Entry read = entry(store(), "k");
        assertThat(applied(store(), on(Condition.unchanged(read)))).isEqualTo(revision);
        assertThat(store().commit(on(new Condition.Absent("k"))))
                .isEqualTo(refused(List.of("k"), read));
        assertThat(store().read(ALL).revision()).isEqualTo(revision);
    }

    @Test
    default void a_commit_without_anything_is_applied_at_the_last_revision() {
        long revision = applied(store(), put("k", "1"));
        assertThat(applied(store(), always())).isEqualTo(revision);
    }

    @Test
    default void a_refused_commit_uses_up_no_visible_revision() {
        long revision = applied(store(), put("k", "1"));
        store().commit(on(new Condition.Absent("k"), put("k", "2")));
        assertThat(store().read(ALL).revision()).isEqualTo(revision);
    }

    @Test
    default void many_keys_change_together() {
        int many = Math.min(500, store().limits().operations());
        Operation[] puts =
                IntStream.range(0, many)
                        .mapToObj(at -> put("m/%04d".formatted(at), "v" + at))
                        .toArray(Operation[]::new);
        long revision = applied(store(), puts);
        assertThat(other().read(ALL).entries())
                .hasSize(many)
                .allSatisfy(entry -> assertThat(entry.modified()).isEqualTo(revision));
    }

    @Test
    default void a_commit_meant_for_this_store_is_applied() {
        applied(store(), new Commit(store().identity(), List.of(), List.of(put("k", "v"))));
    }

    @Test
    default void a_commit_meant_for_another_store_is_not() {
        Commit commit = new Commit(new StoreIdentity("another"), List.of(), List.of(put("k", "v")));
        assertThat(store().commit(commit))
                .isEqualTo(new CommitResult.OtherStore(store().identity()));
        assertThat(find(store(), "k")).isNull();
    }

    @Test
    default void another_store_is_told_before_a_failing_condition() {
        applied(store(), put("k", "v"));
        Commit commit =
                new Commit(
                        new StoreIdentity("another"),
                        List.of(new Condition.Absent("k")),
                        List.of(put("k", "w")));
        assertThat(store().commit(commit)).isInstanceOf(CommitResult.OtherStore.class);
    }
}
