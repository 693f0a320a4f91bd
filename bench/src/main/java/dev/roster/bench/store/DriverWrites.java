package dev.roster.bench.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/**
 * Writes by the bare driver: one row, one prepared statement, which is a transaction of its own.
 */
final class DriverWrites implements Writes {
    private static final int BUSY_MILLIS = 20_000;

    private final Connection connection;
    private final PreparedStatement upsert;

    DriverWrites(String file, String synchronous) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.valueOf(synchronous));
        try {
            connection = config.createConnection("jdbc:sqlite:" + file);
            try (Statement create = connection.createStatement()) {
                create.execute(
                        "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID");
            }
            upsert = connection.prepareStatement("INSERT OR REPLACE INTO entries VALUES (?, ?)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void commit(String key, byte[] value) {
        try {
            upsert.setBytes(1, key.getBytes(StandardCharsets.UTF_8));
            upsert.setBytes(2, value);
            upsert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
