package dev.roster.sql;

import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.sqlite.SQLiteConfig;

/** The tables, and connections to them. All statements are fixed; values go by parameters. */
final class SqliteSchema {
    static final int VERSION = 1;
    private static final int BUSY_MILLIS = 1500;

    private SqliteSchema() {}

    static Connection connect(Path path, Synchronous synchronous) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(
                synchronous == Synchronous.FULL
                        ? SQLiteConfig.SynchronousMode.FULL
                        : SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setSharedCache(false);
        // As a URI, so that no character of a file's name is an option.
        return config.createConnection("jdbc:sqlite:" + path.toUri());
    }

    /**
     * Makes the tables if they are missing; by many processes at once, too. A file that has them is
     * only read, so that opening does not wait for writers.
     */
    static void prepare(Connection connection, Path path) throws SQLException {
        String journal = text(connection, "PRAGMA journal_mode");
        if (!"wal".equalsIgnoreCase(journal)) {
            throw new StoreRefusedException(
                    "SQLite cannot use a write-ahead log for %s (journal mode %s): choose a local file system."
                            .formatted(path, journal));
        }
        if (!hasTables(connection)) {
            execute(connection, "BEGIN IMMEDIATE");
            try {
                if (!hasTables(connection)) {
                    create(connection);
                }
                execute(connection, "COMMIT");
            } catch (SQLException e) {
                execute(connection, "ROLLBACK");
                throw e;
            }
        }
        requireOurs(connection, path);
    }

    private static boolean hasTables(Connection connection) throws SQLException {
        return number(
                        connection,
                        "SELECT count(*) FROM sqlite_master WHERE name IN ('roster_meta', 'roster_entries', 'roster_changes', 'roster_queue')")
                > 0;
    }

    private static void requireOurs(Connection connection, Path path) throws SQLException {
        long version;
        try {
            version = number(connection, "SELECT version FROM roster_meta");
            if (version == VERSION) {
                number(
                        connection,
                        "SELECT life + revision + compacted + kept + kept_bytes FROM roster_meta");
                number(
                        connection,
                        "SELECT count(key + value + created + modified) FROM (SELECT * FROM roster_entries LIMIT 1)");
                number(
                        connection,
                        "SELECT count(revision + ordinal + key + value + created) FROM (SELECT * FROM roster_changes LIMIT 1)");
                number(
                        connection,
                        "SELECT count(key + value) FROM (SELECT * FROM roster_queue LIMIT 1)");
                return;
            }
        } catch (SQLException e) {
            if (!String.valueOf(e.getMessage()).contains("no such")) {
                throw e;
            }
            throw new StoreRefusedException(
                    "%s has tables of Roster's names that Roster did not make (%s): use another file."
                            .formatted(path, e.getMessage()),
                    e);
        }
        throw new StoreRefusedException(
                "%s was written by a Roster with schema version %d, and this one knows %d: use that release or a newer one."
                        .formatted(path, version, VERSION));
    }

    private static void create(Connection connection) throws SQLException {
        execute(
                connection,
                """
                CREATE TABLE roster_meta (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    version INTEGER NOT NULL,
                    life TEXT NOT NULL,
                    revision INTEGER NOT NULL,
                    compacted INTEGER NOT NULL,
                    kept INTEGER NOT NULL,
                    kept_bytes INTEGER NOT NULL)
                """);
        execute(
                connection,
                """
                CREATE TABLE roster_entries (
                    key BLOB PRIMARY KEY,
                    value BLOB NOT NULL,
                    created INTEGER NOT NULL,
                    modified INTEGER NOT NULL) WITHOUT ROWID
                """);
        execute(
                connection,
                """
                CREATE TABLE roster_changes (
                    revision INTEGER NOT NULL,
                    ordinal INTEGER NOT NULL,
                    key BLOB NOT NULL,
                    value BLOB,
                    created INTEGER NOT NULL,
                    PRIMARY KEY (revision, ordinal)) WITHOUT ROWID
                """);
        execute(
                connection,
                """
                CREATE TABLE roster_queue (
                    key BLOB PRIMARY KEY,
                    value BLOB NOT NULL) WITHOUT ROWID
                """);
        execute(
                connection,
                "INSERT INTO roster_meta VALUES (1, %d, '%s', 0, 0, 0, 0)"
                        .formatted(VERSION, UUID.randomUUID()));
    }

    /** Makes the connection's transaction a writing one. */
    static void lockForWriting(Connection connection) throws SQLException {
        execute(connection, "UPDATE roster_meta SET version = version WHERE id = 1");
    }

    static String life(Connection connection) throws SQLException {
        return text(connection, "SELECT life FROM roster_meta");
    }

    /** What the identity of a store with this life begins with. */
    static String idOf(String life) {
        return "sqlite-" + life;
    }

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    /** Whether a failure is only that somebody else has the file locked now. */
    static boolean isLocked(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("SQLITE_BUSY") || message.contains("SQLITE_LOCKED");
    }

    /** What a failure to use the file means to the caller. */
    static RuntimeException translated(Path path, SQLException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("SQLITE_NOTADB") || message.contains("SQLITE_CORRUPT")) {
            return new StoreRefusedException(
                    "%s is no SQLite database, or a damaged one (%s).".formatted(path, message), e);
        }
        return new StoreUnavailableException(
                "SQLite could not use %s: %s".formatted(path, message), e);
    }
}
