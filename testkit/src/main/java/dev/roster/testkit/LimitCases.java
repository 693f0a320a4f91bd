package dev.roster.testkit;

import static dev.roster.testkit.Commits.ALL;
import static dev.roster.testkit.Commits.always;
import static dev.roster.testkit.Commits.applied;
import static dev.roster.testkit.Commits.delete;
import static dev.roster.testkit.Commits.entry;
import static dev.roster.testkit.Commits.fill;
import static dev.roster.testkit.Commits.keys;
import static dev.roster.testkit.Commits.on;
import static dev.roster.testkit.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.Condition;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.Operation;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store takes, and what it says when it does not. */
interface LimitCases extends StoreCases {
    private void rejected(Commit commit, String saying) {
        long before = store().read(ALL).revision();
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> store().commit(commit))
                .withMessageContaining(saying);
        assertThat(store().read(ALL).revision()).isEqualTo(before);
        assertThat(keys(store(), ALL)).doesNotContain("good");
    }

    private Operation[] puts(int count) {
        return IntStream.range(0, count)
                .mapToObj(at -> put("k%05d".formatted(at), ""))
                .toArray(Operation[]::new);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE roster_entries; --",
                "\"",
                "`",
                "\\",
                "%",
                "_",
                "*",
                "?",
                "{tag}",
                "../../etc/passwd",
                "/",
                " ",
                " leading and trailing ",
                "a\u00A0b",
                "😀",
                "👩\u200D👩\u200D👧",
                "\u202Eright to left",
                "\uFEFF",
                "\uFFFF",
                "${jndi:ldap://x}",
                "NULL",
                "0",
                "𐀀"
            })
    default void a_hostile_key_is_a_key_like_any_other(String key) {
        fill(store(), "before", key);
        assertThat(entry(other(), key).value()).isEqualTo(Bytes.utf8(key));
        applied(store(), on(Condition.unchanged(entry(store(), key)), put(key, "changed")));
        assertThat(keys(store(), ALL)).containsExactlyInAnyOrder("before", key);
        applied(store(), delete(key));
        assertThat(keys(store(), ALL)).containsExactly("before");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "a\0b", "a\n", "\u007F", "\u0085", "a\t", "\uD800", "a\uDC00b"})
    default void a_key_with_control_characters_or_broken_text_is_rejected(String key) {
        rejected(always(put("good", ""), put(key, "")), "store key");
        rejected(always(put("good", ""), delete(key)), "store key");
        rejected(on(new Condition.Absent(key), put("good", "")), "store key");
    }

    @Test
    default void a_key_is_1_to_2048_bytes_long() {
        String longest = "é".repeat(Limits.STORE_KEY_BYTES / 2);
        fill(store(), "k", longest);
        assertThat(entry(other(), longest).key()).isEqualTo(longest);
        rejected(always(put("good", ""), put(longest + "x", "")), "2049 bytes");
        rejected(always(put("good", ""), put("", "")), "0 bytes");
    }

    @Test
    default void a_value_is_as_large_as_the_store_says() {
        int most = store().limits().valueBytes();
        byte[] bytes = new byte[most];
        new java.util.Random(1).nextBytes(bytes);
        applied(store(), new Operation.Put("k", Bytes.of(bytes)));
        assertThat(entry(other(), "k").value()).isEqualTo(Bytes.of(bytes));
    }

    @Test
    default void a_larger_value_is_rejected_with_its_size_and_the_limit() {
        int most = store().limits().valueBytes();
        Operation large = new Operation.Put("k", Bytes.of(new byte[most + 1]));
        rejected(always(put("good", ""), large), String.valueOf(most + 1));
        rejected(always(put("good", ""), large), String.valueOf(most));
    }

    @Test
    default void a_commit_has_as_many_operations_as_the_store_says() {
        int most = store().limits().operations();
        applied(store(), puts(most));
        assertThat(other().read(ALL).entries()).hasSize(most);
    }

    @Test
    default void a_commit_with_more_operations_is_rejected() {
        int most = store().limits().operations();
        rejected(always(puts(most + 1)), (most + 1) + " operations");
        assertThat(store().read(ALL).entries()).isEmpty();
    }

    @Test
    default void a_commit_with_more_conditions_is_rejected() {
        int most = store().limits().operations();
        List<Condition> conditions =
                IntStream.rangeClosed(0, most)
                        .<Condition>mapToObj(at -> new Condition.Absent("k" + at))
                        .toList();
        rejected(
                new Commit(null, conditions, List.of(put("good", ""))), (most + 1) + " conditions");
    }

    @Test
    default void a_commit_that_writes_a_key_twice_is_rejected() {
        rejected(always(put("good", ""), put("k", "1"), put("k", "2")), "twice");
        rejected(always(put("good", ""), put("k", "1"), delete("k")), "twice");
    }

    @Test
    default void a_payload_is_not_repeated_in_a_message() {
        String secret = "secret".repeat(store().limits().valueBytes());
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> store().commit(always(put("k", secret))))
                .withMessageNotContaining("secret");
    }
}
