package dev.roster.sql;

import static dev.roster.sql.Puts.ALL;
import static dev.roster.sql.Puts.applied;
import static dev.roster.sql.Puts.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.Bytes;
import dev.roster.StoreRefusedException;
import dev.roster.store.Durability;
import dev.roster.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be opened, what is refused, and what is made. */
final class SqliteOpeningTest {
    @TempDir private Path folder = Path.of("");

    private Path file() {
        return folder.resolve("work.db");
    }

    private void refused(String url, String saying) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> Store.open(url))
                .withMessageContaining(saying);
    }

    @Test
    void what_it_makes_is_for_the_owner_alone() throws IOException {
        try (SqliteStore store = SqliteStore.open(file())) {
            applied(store, "k", "v");
            List<String> files = List.of("work.db", "work.db-wal", "work.db-shm");
            assertThat(files).allSatisfy(name -> assertThat(mode(name)).isEqualTo("rw-------"));
            assertThat(mode("work.db-roster")).isEqualTo("rwx------");
            assertThat(mode("work.db-roster/ties")).isEqualTo("rwx------");
        }
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }

    @Test
    void content_outlives_the_store() {
        try (SqliteStore store = SqliteStore.open(file())) {
            applied(store, "k", "v");
        }
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(value(store, "k")).isEqualTo("v");
        }
    }

    @Test
    void identity_and_revision_outlive_the_store() {
        SqliteStore first = SqliteStore.open(file());
        long revision = applied(first, "k", "v");
        var identity = first.identity();
        first.close();
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.identity()).isEqualTo(identity);
            assertThat(applied(store, "k", "w")).isGreaterThan(revision);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a b.db", "a%20b.db", "a#b.db", "a?mode=memory", "ü😀.db", "'.db", "a:b"})
    void a_file_may_be_called_what_the_system_allows(String name) {
        Path path = folder.resolve(name);
        try (SqliteStore store = SqliteStore.open(path)) {
            applied(store, "k", "v");
            assertThat(path).isNotEmptyFile();
            assertThat(folder.resolve(name + "-roster")).isDirectory();
        }
    }

    @Test
    void a_link_leads_to_the_same_store() throws IOException {
        try (SqliteStore store = SqliteStore.open(file())) {
            Path link = Files.createSymbolicLink(folder.resolve("link.db"), file());
            try (SqliteStore linked = SqliteStore.open(link)) {
                applied(store, "k", "v");
                assertThat(value(linked, "k")).isEqualTo("v");
                assertThat(linked.path()).isEqualTo(store.path());
            }
        }
    }

    @Test
    void many_handles_share_a_file_until_the_last_is_closed() {
        List<SqliteStore> handles =
                Stream.generate(() -> SqliteStore.open(file())).limit(20).toList();
        for (int at = 0; at < handles.size(); at++) {
            applied(handles.get(at), "k" + at, "v");
            handles.get(at).close();
        }
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.read(ALL).entries()).hasSize(20);
        }
    }

    @Test
    void threads_end_with_the_last_handle() {
        SqliteStore first = SqliteStore.open(file());
        SqliteStore second = SqliteStore.open(file());
        first.close();
        applied(second, "k", "v");
        second.close();
        List<Thread> left =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("roster-sqlite"))
                        .toList();
        for (Thread thread : left) {
            assertThat(joined(thread)).as(thread.getName()).isTrue();
        }
    }

    private static boolean joined(Thread thread) {
        try {
            return thread.join(java.time.Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_missing_folder_is_refused() {
        refused("sqlite:" + folder.resolve("no/work.db"), "make it first");
    }

    @Test
    void a_url_without_file_is_refused() {
        refused("sqlite:", "needs a file");
        refused("sqlite::memory:", "memory:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"synchronous=off", "synchronous=OFF", "cache=shared", "", "x"})
    void an_option_that_is_not_known_is_refused(String option) {
        refused("sqlite:" + file() + "?" + option, "synchronous=full and synchronous=normal");
        assertThat(file()).doesNotExist();
    }

    @Test
    void the_synchronous_option_is_heeded_and_one_for_all() {
        try (Store store = Store.open("sqlite:" + file() + "?synchronous=normal")) {
            applied(store, "k", "v");
            refused("sqlite:" + file() + "?synchronous=full", "synchronous=NORMAL");
        }
    }

    @Test
    void every_connection_forces_what_the_option_says() throws SQLException {
        for (Synchronous option : Synchronous.values()) {
            try (Connection connection = SqliteSchema.connect(file(), option)) {
                assertThat(SqliteSchema.number(connection, "PRAGMA synchronous"))
                        .isEqualTo(option == Synchronous.FULL ? 2 : 1);
            }
            try (Store store = SqliteStore.open(file(), option)) {
                assertThat(store.durability().powerLoss())
                        .isEqualTo(
                                option == Synchronous.FULL
                                        ? Durability.Loss.NOTHING
                                        : Durability.Loss.LAST_COMMITS);
            }
        }
    }

    @Test
    void a_file_that_is_no_database_is_refused_and_left_alone() throws IOException {
        Files.writeString(file(), "Dear diary, this is not a database. ".repeat(100));
        byte[] before = Files.readAllBytes(file());
        refused("sqlite:" + file(), "no SQLite database");
        assertThat(file()).hasBinaryContent(before);
        assertThat(folder.resolve("work.db-roster")).doesNotExist();
    }

    @Test
    void a_directory_is_refused() throws IOException {
        Files.createDirectory(file());
        assertThatExceptionOfType(dev.roster.RosterException.class)
                .isThrownBy(() -> SqliteStore.open(file()))
                .withMessageContaining("work.db");
    }

    @Test
    void a_newer_schema_is_refused() throws SQLException {
        SqliteStore.open(file()).close();
        try (Foreign foreign = new Foreign(file())) {
            foreign.run("UPDATE roster_meta SET version = 99");
        }
        refused("sqlite:" + file(), "schema version 99");
    }

    @Test
    void tables_of_our_name_that_are_not_ours_are_refused() throws SQLException {
        try (Foreign foreign = new Foreign(file())) {
            foreign.run("CREATE TABLE roster_meta (something)");
        }
        refused("sqlite:" + file(), "did not make");
    }

    @Test
    void entries_without_the_rest_are_refused() throws SQLException {
        try (Foreign foreign = new Foreign(file())) {
            foreign.run("CREATE TABLE roster_entries (something)");
        }
        refused("sqlite:" + file(), "did not make");
    }

    @Test
    void a_database_of_the_application_becomes_a_store_beside_its_tables() throws SQLException {
        try (Foreign foreign = new Foreign(file())) {
            foreign.run("CREATE TABLE mine (x)", "INSERT INTO mine VALUES (7)");
            try (SqliteStore store = SqliteStore.open(file())) {
                applied(store, "k", "v");
                assertThat(foreign.number("SELECT x FROM mine")).isEqualTo(7);
            }
        }
    }

    @Test
    void rows_that_somebody_damaged_harm_nobody_else() throws SQLException {
        try (SqliteStore store = SqliteStore.open(file());
                Foreign foreign = new Foreign(file())) {
            applied(store, "good", "v");
            foreign.run(
                    "INSERT INTO roster_entries VALUES (x'6BFF', x'00', 1, 1)",
                    "INSERT INTO roster_entries VALUES (x'6C', 'text', 'no', 'number')");
            assertThat(value(store, "good")).isEqualTo("v");
            assertThat(value(store, "l")).isEqualTo("text");
            assertThat(store.read(ALL).entries()).hasSize(3);
            applied(store, "l", "mended");
            assertThat(store.read(ALL).entries())
                    .extracting(entry -> entry.value())
                    .contains(Bytes.utf8("mended"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nfs",
                "nfs4",
                "NFS",
                "cifs",
                "smb3",
                "smbfs",
                "9p",
                "fuse",
                "fuse.sshfs",
                "fuseblk",
                "ceph",
                "lustre",
                "glusterfs",
                "virtiofs"
            })
    void a_file_system_of_another_machine_is_remote(String type) {
        assertThat(LocalFileSystem.isRemote(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "hfs", "NTFS"})
    void a_file_system_of_this_machine_is_not(String type) {
        assertThat(LocalFileSystem.isRemote(type)).isFalse();
    }
}
