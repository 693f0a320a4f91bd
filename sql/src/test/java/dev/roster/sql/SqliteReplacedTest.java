package dev.roster.sql;

import static dev.roster.sql.Puts.ALL;
import static dev.roster.sql.Puts.applied;
import static dev.roster.sql.Puts.put;
import static dev.roster.sql.Puts.putIn;
import static dev.roster.sql.Puts.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.CommitResult;
import dev.roster.StoreIdentity;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file that goes back in time, is replaced or deleted. */
@Timeout(60)
final class SqliteReplacedTest {
    @TempDir private Path folder = Path.of("");

    private Path file = Path.of("");
    private Path backup = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("work.db");
        backup = folder.resolve("backup.db");
    }

    private void backUp() throws SQLException {
        try (Foreign foreign = new Foreign(file)) {
            foreign.run("backup to '" + backup + "'");
        }
    }

    private void restoreInPlace() throws SQLException {
        try (Foreign foreign = new Foreign(file)) {
            foreign.run("restore from '" + backup + "'");
        }
    }

    /** What an operator does: the log of the old file has to go, too. */
    private void replaceByBackup() throws IOException {
        Files.deleteIfExists(folder.resolve("work.db-wal"));
        Files.deleteIfExists(folder.resolve("work.db-shm"));
        Files.copy(backup, file, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void an_older_state_in_the_same_file_is_another_life() throws SQLException {
        try (Store store = SqliteStore.open(file)) {
            applied(store, "k", "old");
            backUp();
            long last = applied(store, "k", "new");
            StoreIdentity before = store.identity();

            restoreInPlace();

            assertThat(value(store, "k")).isEqualTo("old");
            assertThat(store.identity()).isNotEqualTo(before);
            assertThat(store.read(ALL).revision()).isGreaterThan(last);
            assertThat(store.commit(putIn(before, "k", "late")))
                    .isEqualTo(new CommitResult.OtherStore(store.identity()));
            assertThat(value(store, "k")).isEqualTo("old");
        }
    }

    @Test
    void a_commit_that_is_first_to_meet_an_older_state_is_not_taken_in() throws SQLException {
        try (Store store = SqliteStore.open(file)) {
            applied(store, "k", "old");
            backUp();
            long last = applied(store, "k", "new");
            StoreIdentity before = store.identity();

            restoreInPlace();

            assertThat(store.commit(putIn(before, "k", "late")))
                    .isInstanceOf(CommitResult.OtherStore.class);
            assertThat(applied(store, "k", "later")).isGreaterThan(last);
        }
    }

    @Test
    void an_older_state_is_met_even_if_the_first_commit_fails() throws SQLException {
        try (Store store = SqliteStore.open(file)) {
            applied(store, "k", "old");
            backUp();
            applied(store, "k", "new");
            StoreIdentity before = store.identity();
            restoreInPlace();
            try (Foreign foreign = new Foreign(file)) {
                foreign.run(
                        "CREATE TRIGGER t BEFORE UPDATE ON roster_meta BEGIN SELECT RAISE(FAIL, 'no'); END");
                assertThat(store.commit(put("k", "x"))).isInstanceOf(CommitResult.Failed.class);
                assertThatExceptionOfType(StoreUnavailableException.class)
                        .isThrownBy(() -> store.read(ALL));
                foreign.run("DROP TRIGGER t");
            }
            assertThat(store.commit(putIn(before, "k", "late")))
                    .isInstanceOf(CommitResult.OtherStore.class);
        }
    }

    @Test
    void a_watch_of_a_former_life_has_to_reread() throws Exception {
        try (Store store = SqliteStore.open(file)) {
            applied(store, "k", "old");
            backUp();
            long last = applied(store, "k", "new");
            try (Watch watch = store.watch(ALL, last)) {
                restoreInPlace();
                Watch.Batch batch = watch.next(Duration.ofSeconds(20));
                while (batch instanceof Watch.Batch.Changes changes) {
                    assertThat(changes.changes()).isEmpty();
                    batch = watch.next(Duration.ofSeconds(20));
                }
                assertThat(batch).isInstanceOf(Watch.Batch.MustReread.class);
            }
        }
    }

    @Test
    void an_older_state_put_back_while_nobody_had_the_file_is_another_life() throws Exception {
        StoreIdentity before;
        long last;
        try (Store store = SqliteStore.open(file)) {
            applied(store, "k", "old");
            backUp();
            last = applied(store, "k", "new");
            before = store.identity();
        }
        // Over the old content, so that the file keeps its number.
        Files.write(file, Files.readAllBytes(backup));
        try (Store store = SqliteStore.open(file)) {
            assertThat(store.identity()).isNotEqualTo(before);
            assertThat(applied(store, "k", "again")).isGreaterThan(last);
        }
    }

    @Test
    void a_deleted_file_is_noticed_and_not_written() throws IOException {
        try (Store store = SqliteStore.open(file)) {
            applied(store, "k", "v");
            Files.delete(file);
            assertThat(store.commit(put("k", "lost"))).isInstanceOf(CommitResult.Failed.class);
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> store.read(ALL))
                    .withMessageContaining("deleted or replaced");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void a_watch_tells_that_the_file_was_deleted() throws Exception {
        try (Store store = SqliteStore.open(file);
                Watch watch = store.watch(ALL, applied(store, "k", "v"))) {
            Files.delete(file);
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> {
                        for (int tries = 0; tries < 100; tries++) {
                            watch.next(Duration.ofMillis(200));
                        }
                    });
        }
    }

    @Test
    void a_replaced_file_is_not_written_by_those_who_had_the_former() throws Exception {
        try (Store store = SqliteStore.open(file)) {
            StoreIdentity before = store.identity();
            applied(store, "k", "old");
            backUp();
            applied(store, "k", "new");
            Files.delete(file);
            replaceByBackup();
            assertThat(store.commit(put("k", "lost"))).isInstanceOf(CommitResult.Failed.class);
            try (Store anew = SqliteStore.open(file)) {
                assertThat(anew.identity()).isNotEqualTo(before);
                assertThat(value(anew, "k")).isEqualTo("old");
                applied(anew, "k", "fresh");
                assertThat(anew.ties().state(anew.ties().own()))
                        .isEqualTo(dev.roster.store.Ties.State.HELD);
                store.close();
                assertThat(applied(anew, "k", "after")).isPositive();
            }
        }
    }
}
