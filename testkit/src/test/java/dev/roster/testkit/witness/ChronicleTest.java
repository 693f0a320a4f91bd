package dev.roster.testkit.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.Store;
import dev.roster.testkit.check.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two members' histories, as they were and with one line changed. */
@Timeout(60)
final class ChronicleTest {
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final String GROUP = "chronicle";

    @TempDir private Path folder = Path.of("");

    private final Set<String> atWork = ConcurrentHashMap.newKeySet();

    /** One forms the group, another joins, the first leaves. */
    @BeforeEach
    void run() throws InterruptedException {
        String url = "memory:" + folder;
        try (Store kept = Store.open(url)) {
            assertThat(kept.identity()).isNotNull();
            StoreWatcher watcher =
                    new StoreWatcher(() -> Store.open(url), GROUP, history("store.jsonl"));
            watcher.awaitFirst();
            HistoryFile a = history("a.jsonl");
            HistoryFile b = history("b.jsonl");
            try (RecordingStore storeA = new RecordingStore(Store.open(url), a);
                    RecordingStore storeB = new RecordingStore(Store.open(url), b)) {
                Member first = join(storeA, "a", a);
                await(() -> atWork.size() == 8);
                Member second = join(storeB, "b", b);
                await(() -> second.slot().isPresent() && atWork.stream().anyMatch(isOf("b")));
                first.close();
                await(() -> atWork.stream().filter(isOf("b")).count() == 8);
                second.close();
            }
            Thread.sleep(200);
            watcher.close();
        }
    }

    private static java.util.function.Predicate<String> isOf(String name) {
        return work -> work.startsWith(name);
    }

    private HistoryFile history(String name) {
        return new HistoryFile(folder.resolve(name));
    }

    private Member join(RecordingStore store, String name, HistoryFile history) {
        Member member =
                Group.join(store, GROUP, JoinOptions.defaults().withName(name).withLease(LEASE));
        store.sentBy(member::incarnation);
        Witness witness = new Witness(member, history);
        Division.space(member, "space", 8, DivisionOptions.defaults())
                .start(work -> work(name, member, work, witness));
        return member;
    }

    private void work(String name, Member member, Ownership work, Witness witness)
            throws InterruptedException {
        String incarnation = member.incarnation();
        if (!witness.started("space", work, incarnation)) {
            throw new IllegalStateException("not valid");
        }
        witness.effect("space", work, incarnation, System.nanoTime(), true);
        atWork.add(name + work.key());
        try {
            Thread.sleep(Duration.ofHours(1));
        } finally {
            atWork.remove(name + work.key());
            witness.ended("space", work, incarnation);
        }
    }

    private static void await(java.util.function.BooleanSupplier check)
            throws InterruptedException {
        while (!check.getAsBoolean()) {
            Thread.sleep(5);
        }
    }

    private Chronicle read() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return Chronicle.read(files.sorted().toList(), GROUP);
        }
    }

    private Set<String> broken() throws IOException {
        Set<String> ids = new TreeSet<>();
        for (Judgement judgement : read().judge(LEASE)) {
            if (judgement.violation() != null) {
                ids.add(judgement.id());
            }
        }
        return ids;
    }

    /** Changes the lines of a file that contain a text. */
    private void change(String file, String text, UnaryOperator<String> how) throws IOException {
        List<String> changed = new ArrayList<>();
        boolean found = false;
        for (String line : Files.readAllLines(folder.resolve(file))) {
            boolean hit = line.contains(text);
            found |= hit;
            String next = hit ? how.apply(line) : line;
            if (!next.isEmpty()) {
                changed.add(next);
            }
        }
        assertThat(found).as("a line with " + text).isTrue();
        Files.write(folder.resolve(file), changed);
    }

    private static long number(String line, String name) {
        String from = line.substring(line.indexOf("\"" + name + "\":") + name.length() + 3);
        return Long.parseLong(from.split("[,}]", 2)[0]);
    }

    private String first(String file, String text) throws IOException {
        return Files.readAllLines(folder.resolve(file)).stream()
                .filter(line -> line.contains(text))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_good_run_breaks_nothing_and_much_was_looked_at() throws IOException {
        Chronicle chronicle = read();
        assertThat(broken()).isEmpty();
        assertThat(chronicle.anomalies()).isEmpty();
        assertThat(chronicle.commits()).isGreaterThan(5);
        for (Judgement judgement : chronicle.judge(LEASE)) {
            if (List.of("M1", "M2", "M3", "M4a", "M8", "K1", "K2", "K3", "K4")
                    .contains(judgement.id())) {
                assertThat(judgement.checks()).as(judgement.id()).isPositive();
            }
        }
    }

    @Test
    void a_lost_answer_is_made_up_for_by_what_the_watch_told() throws IOException {
        change("a.jsonl", "\"kind\":\"Commit\"", line -> line.contains("/o/") ? "" : line);
        assertThat(broken()).isEmpty();
    }

    @Test
    void what_the_watch_did_not_tell_is_noticed() throws IOException {
        String claim = first("a.jsonl", "/o/");
        String revision = "\"revision\":" + number(claim, "revision") + ",";
        change("store.jsonl", revision, line -> "");
        assertThat(read().anomalies()).singleElement().asString().contains("left out revision");
        assertThat(broken()).isEmpty();
    }

    @Test
    void a_revision_that_was_given_twice_is_noticed() throws IOException {
        String claim = first("b.jsonl", "\"kind\":\"Commit\"");
        Files.write(folder.resolve("c.jsonl"), List.of(claim));
        assertThat(read().anomalies()).anyMatch(what -> what.contains("given to two commits"));
    }

    @Test
    void two_at_work_on_one_key_are_noticed() throws IOException {
        // The first goes on, by its own word, until after the second began.
        change("a.jsonl", "\"kind\":\"WorkEnded\"", line -> "");
        change("a.jsonl", "\"kind\":\"Left\"", line -> "");
        assertThat(broken()).contains("K3");
    }

    @Test
    void an_effect_under_an_old_token_is_noticed() throws IOException {
        String effect = first("a.jsonl", "\"kind\":\"EffectAccepted\"");
        String late = effect.replace("\"at\":" + number(effect, "at"), "\"at\":" + Long.MAX_VALUE);
        Files.write(folder.resolve("referee.jsonl"), List.of(late));
        assertThat(broken()).isEqualTo(moved(effect) ? Set.of("K2") : Set.of());
    }

    /** Whether the key of an effect had another owner later, which all have: the first left. */
    private boolean moved(String effect) throws IOException {
        String key = effect.substring(effect.indexOf("\"key\""), effect.indexOf(",\"token\""));
        return Files.readAllLines(folder.resolve("b.jsonl")).stream()
                .anyMatch(line -> line.contains("EffectAccepted") && line.contains(key));
    }

    @Test
    void work_without_a_claim_is_noticed() throws IOException {
        for (String file : List.of("a.jsonl", "store.jsonl")) {
            change(file, "/o/", line -> line.contains("\"deletes\":[]") ? "" : line);
        }
        assertThat(broken()).contains("K1", "K3");
    }

    @Test
    void a_member_that_trusts_an_old_beat_too_long_is_noticed() throws IOException {
        change(
                "a.jsonl",
                "\"kind\":\"Valid\"",
                line -> {
                    long until = number(line, "until");
                    return line.replace(
                            "\"until\":" + until, "\"until\":" + (until + LEASE.toNanos()));
                });
        assertThat(broken()).contains("M8");
    }

    @Test
    void a_line_that_was_cut_short_by_a_kill_is_passed_over() throws IOException {
        Files.writeString(
                folder.resolve("a.jsonl"),
                "{\"kind\":\"WorkSta",
                java.nio.file.StandardOpenOption.APPEND);
        assertThat(broken()).isEmpty();
    }
}
