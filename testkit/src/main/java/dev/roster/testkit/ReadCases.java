package dev.roster.testkit;

import static dev.roster.testkit.Commits.ALL;
import static dev.roster.testkit.Commits.applied;
import static dev.roster.testkit.Commits.entry;
import static dev.roster.testkit.Commits.fill;
import static dev.roster.testkit.Commits.keys;
import static dev.roster.testkit.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Utf8Order;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading ranges. */
interface ReadCases extends StoreCases {
    /** Texts whose order differs between UTF-8, UTF-16 and dictionaries, in the order of UTF-8. */
    List<String> ORDERED =
            List.of(
                    "!",
                    "A",
                    "B",
                    "a",
                    "a ",
                    "a!",
                    "a/",
                    "a/b",
                    "aa",
                    "b",
                    "z",
                    "~",
                    "é",
                    "z̈",
                    "\u07FF",
                    "\u0800",
                    "\uD7FF",
                    "\uE000",
                    "\uFF5E",
                    "\uFFFD",
                    "😀",
                    "😀a",
                    "\uDBFF\uDFFF");

    private void fillShuffled() {
        List<String> keys = new ArrayList<>(ORDERED);
        java.util.Collections.shuffle(keys, new java.util.Random(7));
        fill(store(), keys.toArray(String[]::new));
    }

    private static List<String> inOrder(Stream<String> keys) {
        return keys.sorted(Utf8Order.COMPARATOR).toList();
    }

    @Test
    default void an_empty_store_has_no_entries() {
        Snapshot snapshot = store().read(ALL);
        assertThat(snapshot.entries()).isEmpty();
        assertThat(snapshot.identity()).isEqualTo(store().identity());
    }

    @Test
    default void entries_come_in_the_order_of_their_utf8_bytes() {
        fillShuffled();
        assertThat(keys(store(), ALL)).isEqualTo(inOrder(ORDERED.stream()));
    }

    @Test
    default void a_range_begins_with_its_first_key_and_ends_before_its_last() {
        fill(store(), "a", "b", "c", "d");
        assertThat(keys(store(), new Range("b", "d", 100))).containsExactly("b", "c");
    }

    @Test
    default void a_range_without_end_reads_to_the_last_key() {
        fill(store(), "a", "b", "😀");
        assertThat(keys(store(), new Range("b", null, 100))).containsExactly("b", "😀");
    }

    @Test
    default void a_range_that_ends_where_it_begins_or_earlier_is_empty() {
        fill(store(), "a", "b", "c");
        assertThat(keys(store(), new Range("b", "b", 100))).isEmpty();
        assertThat(keys(store(), new Range("c", "a", 100))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/", "z", "é", "\uD7FF", "\uFF5E", "😀", "\uDBFF\uDFFF", "x"})
    default void a_prefix_reads_the_keys_that_begin_with_it(String prefix) {
        fillShuffled();
        assertThat(keys(store(), Range.prefix(prefix)))
                .isEqualTo(inOrder(ORDERED.stream().filter(key -> key.startsWith(prefix))));
    }

    @Test
    default void a_prefix_takes_wildcards_as_they_are() {
        fill(store(), "a%", "a%b", "ab", "a_", "a_b", "a*", "a?");
        assertThat(keys(store(), Range.prefix("a%"))).containsExactly("a%", "a%b");
        assertThat(keys(store(), Range.prefix("a_"))).containsExactly("a_", "a_b");
        assertThat(keys(store(), Range.prefix("a*"))).containsExactly("a*");
    }

    @Test
    default void case_matters() {
        fill(store(), "key", "KEY");
        assertThat(keys(store(), Range.key("key"))).containsExactly("key");
    }

    @Test
    default void composed_and_decomposed_letters_are_two_keys() {
        fill(store(), "\u00E9", "e\u0301");
        assertThat(keys(store(), ALL)).containsExactly("e\u0301", "\u00E9");
    }

    @Test
    default void the_range_of_a_key_leaves_out_longer_keys() {
        fill(store(), "a", "a ", "a/b", "aa");
        assertThat(keys(store(), Range.key("a"))).containsExactly("a");
    }

    @Test
    default void the_range_of_a_missing_key_is_empty() {
        fill(store(), "a", "c");
        assertThat(keys(store(), Range.key("b"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, Integer.MAX_VALUE})
    default void a_limit_reads_the_first_entries(int atMost) {
        fill(store(), "a", "b", "c");
        assertThat(keys(store(), ALL.limit(atMost)))
                .isEqualTo(List.of("a", "b", "c").subList(0, Math.min(3, atMost)));
    }

    @Test
    default void pages_cover_a_range_without_gap_or_overlap() {
        String[] all = IntStream.range(0, 250).mapToObj("p/%03d"::formatted).toArray(String[]::new);
        // As many at once as any store takes.
        for (int at = 0; at < all.length; at += 50) {
            fill(store(), java.util.Arrays.copyOfRange(all, at, at + 50));
        }
        List<String> seen = new ArrayList<>();
        Range rest = Range.prefix("p/").limit(30);
        List<String> page = keys(store(), rest);
        while (!page.isEmpty()) {
            seen.addAll(page);
            rest = rest.after(page.getLast());
            page = keys(store(), rest);
        }
        assertThat(seen).containsExactly(all);
    }

    @Test
    default void a_value_comes_back_byte_for_byte() {
        byte[] bytes = new byte[256];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) at;
        }
        Bytes value = Bytes.of(bytes);
        applied(store(), new Commit(null, List.of(), List.of(new Operation.Put("k", value))));
        assertThat(entry(store(), "k").value()).isEqualTo(value);
        assertThat(entry(other(), "k").value()).isEqualTo(value);
    }

    @Test
    default void an_empty_value_is_a_value() {
        applied(store(), put("k", ""));
        assertThat(entry(store(), "k").value()).isEqualTo(Bytes.EMPTY);
    }

    @Test
    default void a_snapshot_says_the_revision_that_it_shows() {
        long revision = applied(store(), put("k", "1"));
        assertThat(store().read(ALL).revision()).isEqualTo(revision);
        assertThat(store().read(Range.key("none")).revision()).isEqualTo(revision);
        assertThat(store().read(ALL.limit(0)).revision()).isEqualTo(revision);
    }

    @Test
    default void every_handle_reads_what_any_handle_has_committed() {
        for (int round = 0; round < 50; round++) {
            String value = "v" + round;
            long revision = applied(round % 2 == 0 ? store() : other(), put("k", value));
            for (var reader : List.of(store(), other())) {
                Snapshot snapshot = reader.read(Range.key("k"));
                assertThat(snapshot.revision()).isGreaterThanOrEqualTo(revision);
                assertThat(snapshot.entries())
                        .extracting(Entry::value)
                        .containsExactly(Bytes.utf8(value));
            }
        }
    }

    @Test
    default void a_snapshot_stays_as_it_was() {
        applied(store(), put("k", "1"));
        Snapshot before = store().read(ALL);
        applied(store(), put("k", "2"), put("l", "2"));
        assertThat(before.entries()).extracting(Entry::value).containsExactly(Bytes.utf8("1"));
    }
}
