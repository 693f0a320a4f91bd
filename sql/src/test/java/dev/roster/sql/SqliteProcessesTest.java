package dev.roster.sql;

import static dev.roster.sql.Puts.applied;
import static dev.roster.sql.Puts.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.store.Store;
import dev.roster.store.Ties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one file. */
@Timeout(120)
final class SqliteProcessesTest {
    @TempDir private Path folder = Path.of("");

    private final List<StoreProcess> started = new ArrayList<>();

    private Path file() {
        return folder.resolve("work.db");
    }

    private StoreProcess start(String what) throws IOException {
        StoreProcess process = StoreProcess.start(file(), what);
        started.add(process);
        return process;
    }

    @AfterEach
    void end() throws InterruptedException {
        for (StoreProcess process : started) {
            process.close();
        }
    }

    @Test
    void many_processes_make_one_new_store() throws IOException {
        for (int at = 0; at < 6; at++) {
            start("open");
        }
        for (StoreProcess process : started) {
            assertThat(process.line()).isNotEmpty();
        }
        try (Store store = SqliteStore.open(file())) {
            assertThat(applied(store, "k", "v")).isPositive();
        }
    }

    @Test
    void two_processes_lose_no_update_of_a_counter() throws IOException {
        try (Store store = SqliteStore.open(file())) {
            applied(store, "n", "0");
            List<StoreProcess> two = List.of(start("count"), start("count"));
            for (StoreProcess process : two) {
                process.line();
            }
            for (StoreProcess process : two) {
                process.go();
            }
            for (StoreProcess process : two) {
                assertThat(process.line()).isEqualTo("done");
            }
            assertThat(value(store, "n")).isEqualTo("400");
        }
    }

    @Test
    void what_a_killed_process_was_told_is_there_and_nothing_is_half_done() throws Exception {
        try (Store store = SqliteStore.open(file())) {
            for (int round = 0; round < 3; round++) {
                StoreProcess writer = start("pairs");
                writer.line();
                writer.go();
                int told = 0;
                while (told < 30 + round) {
                    told = Integer.parseInt(writer.line());
                }
                for (String line : writer.kill()) {
                    // The last line may be cut short by the kill.
                    told = line.matches("\\d+") ? Math.max(told, Integer.parseInt(line)) : told;
                }
                assertThat(value(store, "a")).isEqualTo(value(store, "b"));
                assertThat(Integer.parseInt(value(store, "a"))).isBetween(told, told + 1);
                applied(store, "k", "goes on");
            }
        }
    }

    @Test
    void a_tie_holds_while_its_process_lives_and_breaks_when_it_is_killed() throws Exception {
        try (Store store = SqliteStore.open(file())) {
            StoreProcess process = start("pairs");
            String tie = process.line();
            assertThat(tie).isNotEqualTo(store.ties().own());
            for (int look = 0; look < 100; look++) {
                assertThat(store.ties().state(tie)).isEqualTo(Ties.State.HELD);
            }
            process.kill();
            assertThat(store.ties().state(tie)).isEqualTo(Ties.State.BROKEN);
            assertThat(store.ties().state(store.ties().own())).isEqualTo(Ties.State.HELD);
        }
    }

    @Test
    void a_new_tie_is_never_seen_broken_by_those_who_look_at_all() throws Exception {
        StoreProcess looking = start("look");
        looking.line();
        looking.go();
        assertThat(looking.line()).isEqualTo("looks");
        for (int at = 0; at < 8; at++) {
            assertThat(start("pairs").line()).isNotEmpty();
        }
        assertThat(looking.kill()).isEmpty();
    }

    @Test
    void a_tie_stays_known_to_be_broken_for_those_who_open_later() throws Exception {
        StoreProcess process = start("pairs");
        String tie = process.line();
        process.kill();
        for (int round = 0; round < 2; round++) {
            try (Store store = SqliteStore.open(file())) {
                assertThat(store.ties().state(tie)).isEqualTo(Ties.State.BROKEN);
            }
        }
    }

    @Test
    void opening_removes_what_processes_left_that_are_long_gone_and_nothing_else()
            throws Exception {
        StoreProcess process = start("pairs");
        String held = process.line();
        Path ties = folder.resolve("work.db-roster/ties");
        String fresh = UUID.randomUUID().toString();
        Files.write(ties.resolve(fresh), new byte[1]);
        Files.write(ties.resolve(fresh + ".new"), new byte[0]);
        String old = UUID.randomUUID().toString();
        FileTime then = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
        for (String name : List.of(old, old + ".new")) {
            Files.write(ties.resolve(name), new byte[1]);
            Files.setLastModifiedTime(ties.resolve(name), then);
        }
        Files.setLastModifiedTime(ties.resolve(held), then);
        try (Store store = SqliteStore.open(file());
                Stream<Path> left = Files.list(ties)) {
            assertThat(left.map(tie -> tie.getFileName().toString()))
                    .containsExactlyInAnyOrder(held, fresh, fresh + ".new", store.ties().own());
        }
    }

    @Test
    void a_small_commit_gets_its_turn_among_processes_that_write_flat_out() throws IOException {
        try (Store store = SqliteStore.open(file())) {
            for (int at = 0; at < 4; at++) {
                start("flood");
            }
            for (StoreProcess process : started) {
                process.line();
            }
            for (StoreProcess process : started) {
                process.go();
            }
            List<Long> nanos = new ArrayList<>();
            for (int at = 0; at < 200; at++) {
                long begin = System.nanoTime();
                applied(store, "beat", "" + at);
                nanos.add(System.nanoTime() - begin);
            }
            report("commit among four processes that write flat out", nanos);
            assertThat(Duration.ofNanos(percentile(nanos, 99))).isLessThan(Duration.ofSeconds(1));
            // One of the processes may stand still while it has the turn.
            assertThat(Duration.ofNanos(Collections.max(nanos))).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void who_has_written_and_asks_again_comes_after_who_waits() throws Exception {
        try (SqliteStore store = SqliteStore.open(file());
                SideDirectory side = SideDirectory.acquire(store.path())) {
            for (int round = 0; round < 5; round++) {
                StoreProcess waiting = start("turn");
                waiting.line();
                SideDirectory.Turn first = side.await();
                waiting.go();
                assertThat(waiting.line()).isEqualTo("asks");
                Thread.sleep(500); // between asking and waiting it cannot be seen from here
                long released = System.nanoTime();
                first.close();
                SideDirectory.Turn again = side.await();
                long got = System.nanoTime();
                again.close();
                assertThat(Long.parseLong(waiting.line())).isBetween(released, got);
            }
        }
    }

    @Test
    void another_process_hears_of_a_commit_at_once() throws IOException {
        try (Store store = SqliteStore.open(file())) {
            StoreProcess follower = start("follow");
            follower.line();
            follower.go();
            follower.line();
            List<Long> nanos = new ArrayList<>();
            for (int at = 0; at < 200; at++) {
                applied(store, "now", "" + System.nanoTime());
                nanos.add(Long.parseLong(follower.line()));
            }
            report("from before a commit until another process has heard of it", nanos);
            // Without the bell it would be half a look on average, 50 ms.
            assertThat(Duration.ofNanos(percentile(nanos, 50))).isLessThan(Duration.ofMillis(40));
        }
    }

    private static void report(String what, List<Long> nanos) {
        System.out.printf(
                "%s: p50 %.2f ms, p99 %.2f ms, max %.2f ms%n",
                what,
                percentile(nanos, 50) / 1e6,
                percentile(nanos, 99) / 1e6,
                Collections.max(nanos) / 1e6);
    }

    private static long percentile(List<Long> nanos, int percent) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }
}
