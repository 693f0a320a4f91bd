package dev.roster.testkit.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.testkit.check.JsonLine;
import dev.roster.testkit.check.Judgement;
import dev.roster.testkit.check.Observation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What histories of requests and of followers say, and in which life of the store. */
final class TrafficHistoryTest {
    private static final String GROUP = "g";
    private static final StoreKeys KEYS = new StoreKeys(GROUP);
    private static final String KEY = KEYS.watched() + "/key";

    @TempDir private Path folder = Path.of("");
    private int files;

    @BeforeEach
    void the_store_is_empty_when_it_begins() {
        write(StoreLines.content(1, "x", 1, List.of()));
    }

    /** Each in a file of its own: here times alone say what came first. */
    private HistoryFile file() {
        files++;
        return new HistoryFile(folder.resolve(files + ".jsonl"));
    }

    private void write(JsonLine line) {
        try (HistoryFile file = file()) {
            file.write(line);
        }
    }

    private void said(Observation... all) {
        try (HistoryFile file = file()) {
            for (Observation one : all) {
                file.write(one);
            }
        }
    }

    private void committed(long at, String life, long revision, Operation operation) {
        Commit commit = new Commit(null, List.of(), List.of(operation));
        write(StoreLines.commit(at, at - 1, "", life, revision, commit));
    }

    private static Operation put(String value) {
        return new Operation.Put(KEY, Bytes.utf8(value));
    }

    private static Observation told(long at, String life, long revision, boolean gone) {
        return new Observation.EntryTold(at, "follower", life, KEY, revision, gone);
    }

    private static Observation upTo(long at, String life, long revision) {
        return new Observation.ToldUpTo(at, "follower", life, revision);
    }

    private Chronicle chronicle() {
        List<Path> all = new ArrayList<>();
        for (int file = 1; file <= files; file++) {
            all.add(folder.resolve(file + ".jsonl"));
        }
        return Chronicle.read(all, GROUP);
    }

    private Judgement judged(String id) {
        return chronicle().judge(Duration.ofSeconds(3)).stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_follower_who_is_told_everything_is_right_and_one_who_misses_a_change_is_not() {
        committed(10, "x", 2, put("a"));
        committed(20, "x", 3, put("b"));
        said(told(11, "x", 2, false), upTo(12, "x", 2));
        assertThat(judged("W1").violation()).isNull();
        assertThat(judged("W1").checks()).isEqualTo(2);
        said(upTo(22, "x", 3));
        assertThat(judged("W1").violation()).hasMessageContaining("knows " + KEY + " at 2");
    }

    @Test
    void what_a_follower_is_told_was_done_before() {
        committed(30, "x", 2, put("slow to be answered"));
        said(told(11, "x", 2, false), upTo(12, "x", 2));
        assertThat(judged("W1").violation()).isNull();
    }

    @Test
    void who_follows_on_into_the_next_life_is_judged_by_what_happened_there() {
        committed(10, "x", 2, put("a"));
        committed(20, "y", 3, put("b"));
        committed(30, "y", 4, new Operation.Delete(KEY));
        said(told(11, "x", 2, false), upTo(12, "x", 2));
        said(told(21, "x", 3, false), upTo(22, "x", 3));
        said(told(31, "x", 4, true), upTo(32, "x", 4));
        assertThat(judged("W1").violation()).isNull();
        committed(40, "y", 5, put("c"));
        said(upTo(41, "x", 5));
        assertThat(judged("W1").violation()).hasMessageContaining("up to 5");
    }

    @Test
    void what_was_there_before_a_life_is_there_in_it() {
        committed(10, "x", 2, put("a"));
        committed(20, "y", 3, new Operation.Put(KEY + 2, Bytes.utf8("b")));
        said(told(11, "x", 2, false), upTo(12, "x", 2));
        said(
                told(21, "y", 2, false),
                new Observation.EntryTold(22, "follower", "y", KEY + 2, 3, false),
                upTo(23, "y", 3));
        assertThat(judged("W1").violation()).isNull();
    }

    @Test
    void a_deletion_of_nothing_shares_a_revision_with_the_commit_before() {
        committed(10, "x", 2, put("a"));
        committed(11, "x", 2, new Operation.Delete(KEY + "that never was"));
        Entry entry = new Entry(KEY, Bytes.utf8("a"), 2, 2);
        write(StoreLines.change(12, "x", 2, List.of(new Change(KEY, entry, 2))));
        said(told(13, "x", 2, false), upTo(14, "x", 2));
        assertThat(chronicle().anomalies()).isEmpty();
        assertThat(judged("W1").violation()).isNull();
    }

    @Test
    void a_deletion_of_nothing_is_not_taken_for_a_commit_whose_answer_was_lost() {
        committed(11, "x", 2, new Operation.Delete(KEY + "that never was"));
        Entry entry = new Entry(KEY, Bytes.utf8("a"), 2, 2);
        write(StoreLines.change(12, "x", 2, List.of(new Change(KEY, entry, 2))));
        committed(13, "x", 3, new Operation.Delete(KEY + "nor that"));
        write(StoreLines.change(14, "x", 3, List.of(new Change(KEY, null, 3))));
        said(told(15, "x", 2, false), upTo(16, "x", 2), told(17, "x", 3, true), upTo(18, "x", 3));
        assertThat(chronicle().anomalies()).isEmpty();
        assertThat(judged("W1").violation()).isNull();
        assertThat(judged("W1").checks()).isGreaterThan(3);
    }

    @Test
    void deletions_of_two_lives_at_one_revision_are_told_apart() {
        committed(10, "x", 2, put("a"));
        Entry entry = new Entry(KEY, Bytes.utf8("a"), 2, 2);
        write(StoreLines.change(11, "x", 2, List.of(new Change(KEY, entry, 2))));
        committed(12, "x", 3, new Operation.Delete(KEY));
        write(StoreLines.change(13, "x", 3, List.of(new Change(KEY, null, 3))));
        write(StoreLines.content(20, "y", 2, List.of(new Entry(KEY, Bytes.utf8("a"), 2, 2))));
        committed(30, "y", 3, new Operation.Delete(KEY + 2));
        write(StoreLines.change(31, "y", 3, List.of(new Change(KEY + 2, null, 3))));
        assertThat(chronicle().anomalies()).isEmpty();
    }

    private void done(long at, String life, long revision, long number) {
        StoreKeys.Request request =
                new StoreKeys.Request("client", number, "a~1", 7, "space", "03");
        committed(
                at,
                life,
                revision,
                new Operation.Put(KEYS.requestKey("client"), Bytes.utf8(request.text())));
    }

    @Test
    void a_request_that_took_effect_twice_is_noticed_but_not_in_a_store_that_forgot_it() {
        done(10, "x", 2, 1);
        done(11, "x", 3, 2);
        done(20, "y", 2, 2);
        assertThat(judged("R3").violation()).isNull();
        assertThat(judged("R3").checks()).isEqualTo(3);
        assertThat(judged("R1").violation()).hasMessageContaining("under token 7");
        done(12, "x", 4, 1);
        assertThat(judged("R3").violation()).hasMessageContaining("client#1");
    }
}
