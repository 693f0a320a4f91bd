package dev.roster.testkit.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.testkit.check.JsonLine;
import dev.roster.testkit.check.Observation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How lives of a store are told apart when a watch names the wrong one. */
final class StoreHistoryTest {
    private static final String KEY = "e/g/k/division/key";

    private final StoreHistory history = new StoreHistory("g");

    private static Entry effect(String member, long token, long revision) {
        return new Entry(KEY, Bytes.utf8(member + " " + token), 2, revision);
    }

    private void add(JsonLine line) {
        history.add(JsonLine.parse(line.toString()));
    }

    private void committed(long at, String life, long revision, String member) {
        Entry effect = effect(member, revision, revision);
        Operation put = new Operation.Put(KEY, effect.value());
        add(
                StoreLines.commit(
                        at,
                        at - 1,
                        member,
                        life,
                        revision,
                        new Commit(null, List.of(), List.of(put))));
    }

    private void told(long at, String life, long revision, String member) {
        Change change = new Change(KEY, effect(member, revision, revision), revision);
        add(StoreLines.change(at, life, revision, List.of(change)));
    }

    private List<String> observations() {
        history.compare();
        List<String> all = new ArrayList<>();
        for (Observation seen : history.observations()) {
            switch (seen) {
                case Observation.EffectAccepted effect ->
                        all.add(effect.at() + " " + effect.member());
                case Observation.StoreReplaced replaced ->
                        all.add(replaced.at() + " " + replaced.store());
                default -> {}
            }
        }
        return all;
    }

    @Test
    void a_watch_that_goes_on_into_the_next_life_has_told_all_of_it() {
        add(StoreLines.content(1, "x", 1, List.of()));
        committed(10, "x", 2, "a");
        told(11, "x", 2, "a");
        committed(20, "y", 3, "b");
        told(21, "x", 3, "b");
        committed(30, "y", 4, "c");
        told(31, "x", 4, "c");
        add(StoreLines.content(40, "y", 4, List.of(effect("c", 4, 4))));
        committed(50, "y", 5, "d");
        told(51, "y", 5, "d");
        assertThat(observations()).containsExactly("10 a", "20 b", "30 c", "50 d");
        assertThat(history.anomalies()).isEmpty();
    }

    @Test
    void a_reading_that_is_older_than_what_was_told_begins_the_next_life() {
        add(StoreLines.content(1, "x", 1, List.of()));
        committed(10, "x", 2, "a");
        told(11, "x", 2, "a");
        committed(20, "x", 3, "b");
        told(21, "x", 3, "b");
        add(StoreLines.content(30, "x", 2, List.of(effect("a", 2, 2))));
        committed(40, "y", 3, "c");
        told(41, "x", 3, "c");
        assertThat(observations()).containsExactly("10 a", "20 b", "30 y", "40 c");
        assertThat(history.anomalies()).isEmpty();
    }

    @Test
    void a_store_that_goes_back_and_names_no_other_life_is_noticed() {
        add(StoreLines.content(1, "x", 1, List.of()));
        committed(10, "x", 2, "a");
        told(11, "x", 2, "a");
        committed(20, "x", 3, "b");
        told(21, "x", 3, "b");
        add(StoreLines.content(30, "x", 2, List.of(effect("a", 2, 2))));
        committed(40, "x", 3, "c");
        told(41, "x", 3, "c");
        assertThat(observations()).isNotEmpty();
        assertThat(history.anomalies())
                .anyMatch(what -> what.contains("given to two commits"))
                .anyMatch(what -> what.contains("went back from revision 3 to 2"));
    }

    @Test
    void a_commit_happened_before_anybody_knew_of_a_later_one() {
        add(StoreLines.content(1, "x", 1, List.of()));
        committed(30, "x", 2, "slow to be answered");
        committed(20, "x", 3, "quick");
        told(40, "x", 2, "slow to be answered");
        told(41, "x", 3, "quick");
        assertThat(observations()).containsExactly("20 slow to be answered", "20 quick");
    }

    @Test
    void of_two_that_deleted_at_a_revision_the_one_did_it_whose_key_is_gone() {
        add(StoreLines.content(1, "x", 1, List.of()));
        Commit nothing = new Commit(null, List.of(), List.of(new Operation.Delete("f/g/w/1")));
        Commit eviction =
                new Commit(
                        null,
                        List.of(new Condition.Unchanged("b/g/m", 2)),
                        List.of(new Operation.Delete("g/g/m/m"), new Operation.Delete("b/g/m")));
        add(StoreLines.commit(11, 10, "who deletes nothing", "x", 3, nothing));
        add(StoreLines.commit(11, 10, "who evicts", "x", 3, eviction));
        add(
                StoreLines.change(
                        12,
                        "x",
                        3,
                        List.of(new Change("g/g/m/m", null, 3), new Change("b/g/m", null, 3))));
        history.compare();
        assertThat(history.observations())
                .contains(new Observation.MemberRemoved(11, "m", "who evicts", true));
        assertThat(history.anomalies()).isEmpty();
    }
}
