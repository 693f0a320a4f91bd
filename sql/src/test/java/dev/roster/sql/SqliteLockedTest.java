package dev.roster.sql;

import static dev.roster.sql.Puts.applied;
import static dev.roster.sql.Puts.put;
import static dev.roster.sql.Puts.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file that somebody has locked, a disk that is full, a commit that cannot be applied. */
@Timeout(60)
final class SqliteLockedTest {
    @TempDir private Path folder = Path.of("");

    @Test
    void commits_fail_in_time_while_the_file_is_locked_and_go_on_after() throws SQLException {
        Path file = folder.resolve("work.db");
        try (Store store = SqliteStore.open(file);
                Foreign foreign = new Foreign(file)) {
            applied(store, "k", "before");
            foreign.run("BEGIN IMMEDIATE");
            long start = System.nanoTime();
            long end = start + Duration.ofSeconds(5).toNanos();
            int failed = 0;
            while (System.nanoTime() < end) {
                long asked = System.nanoTime();
                assertThat(store.commit(put("k", "lost"))).isInstanceOf(CommitResult.Failed.class);
                assertThat(Duration.ofNanos(System.nanoTime() - asked))
                        .isBetween(Duration.ofMillis(1500), Duration.ofSeconds(10));
                assertThat(value(store, "k")).as("reads go on").isEqualTo("before");
                failed++;
            }
            assertThat(failed).isPositive();
            foreign.run("ROLLBACK");
            applied(store, "k", "after");
            assertThat(value(store, "k")).isEqualTo("after");
        }
    }

    @Test
    void a_new_file_that_another_process_is_slow_to_make_is_waited_for() throws Exception {
        Path file = folder.resolve("work.db");
        try (Foreign slow = new Foreign(file)) {
            slow.run("BEGIN EXCLUSIVE");
            CompletableFuture<SqliteStore> opening =
                    CompletableFuture.supplyAsync(() -> SqliteStore.open(file));
            Thread.sleep(2500); // longer than SQLite itself waits
            slow.run("COMMIT");
            try (Store store = opening.get()) {
                applied(store, "k", "v");
            }
        }
    }

    @Test
    void a_commit_waits_for_a_short_foreign_transaction() throws Exception {
        Path file = folder.resolve("work.db");
        try (Store store = SqliteStore.open(file);
                Foreign foreign = new Foreign(file)) {
            foreign.run("BEGIN IMMEDIATE");
            CompletableFuture<CommitResult> waiting =
                    CompletableFuture.supplyAsync(() -> store.commit(put("k", "v")));
            Thread.sleep(100); // the foreign transaction lasts so long
            assertThat(waiting).isNotDone();
            foreign.run("COMMIT");
            assertThat(waiting.get()).isInstanceOf(CommitResult.Applied.class);
        }
    }

    @Test
    void a_commit_that_cannot_be_applied_takes_no_other_with_it() throws Exception {
        Path file = folder.resolve("work.db");
        try (Store store = SqliteStore.open(file);
                Foreign foreign = new Foreign(file)) {
            foreign.run(
                    "CREATE TRIGGER t BEFORE INSERT ON roster_entries WHEN NEW.value = x'626164' BEGIN SELECT RAISE(FAIL, 'bad'); END");
            // While the file is locked, they gather and become one transaction.
            foreign.run("BEGIN IMMEDIATE");
            List<CompletableFuture<CommitResult>> all = new ArrayList<>();
            for (int at = 0; at < 9; at++) {
                String key = "k" + at;
                String value = at == 4 ? "bad" : "good";
                all.add(
                        CompletableFuture.supplyAsync(
                                () -> store.commit(put(key, value)),
                                task -> Thread.ofPlatform().start(task)));
            }
            Thread.sleep(200); // longer only makes it surer that they gathered
            foreign.run("ROLLBACK");
            for (int at = 0; at < 9; at++) {
                assertThat(all.get(at).get())
                        .as("commit " + at)
                        .isInstanceOf(
                                at == 4 ? CommitResult.Failed.class : CommitResult.Applied.class);
            }
            assertThat(store.read(Puts.ALL).entries()).hasSize(8);
        }
    }

    @Test
    void a_full_disk_fails_commits_and_an_emptied_one_takes_them_again() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=3m", "roster", disk.toString());
        if (!mounted && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("CI has to be able to mount a small disk");
        }
        assumeTrue(mounted, "no right to mount a small disk: the full disk is not tested");
        try {
            fillAndEmpty(disk);
        } finally {
            assertThat(run("umount", "-l", disk.toString())).isTrue();
        }
    }

    private static void fillAndEmpty(Path disk) throws IOException {
        Path ballast = disk.resolve("ballast");
        try (Store store = SqliteStore.open(disk.resolve("work.db"))) {
            applied(store, "beat", "0");
            Files.write(ballast, new byte[1 << 20]);
            Commit large =
                    new Commit(
                            null,
                            List.of(),
                            List.of(new Operation.Put("large", Bytes.of(new byte[200_000]))));
            CommitResult result = store.commit(large);
            int applied = 0;
            while (result instanceof CommitResult.Applied && applied < 100) {
                applied++;
                result = store.commit(large);
            }
            assertThat(result)
                    .isInstanceOfSatisfying(
                            CommitResult.Failed.class,
                            failed -> assertThat(failed.why()).containsIgnoringCase("full"));
            assertThat(value(store, "beat")).isEqualTo("0");
            Files.delete(ballast);
            applied(store, "beat", "1");
            assertThat(store.commit(large)).isInstanceOf(CommitResult.Applied.class);
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // there is no such command
        }
    }
}
