package dev.roster.bench.flow;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/** The same rows of the same tables. */
final class JdbcReads implements DriverReads {
    private final Connection connection;
    private final PreparedStatement entries;
    private final PreparedStatement changes;

    private JdbcReads(Connection connection, String schema) throws SQLException {
        this.connection = connection;
        entries =
                connection.prepareStatement(
                        "SELECT key, value, created, modified FROM %sroster_entries WHERE key >= ? AND key < ? ORDER BY key LIMIT %d"
                                .formatted(schema, PAGE));
        changes =
                connection.prepareStatement(
                        "SELECT key, value, created, revision FROM %sroster_changes WHERE revision > ? AND key >= ? AND key < ? ORDER BY revision, ordinal"
                                .formatted(schema));
    }

    static JdbcReads sqlite(String file) throws SQLException {
        return new JdbcReads(DriverManager.getConnection("jdbc:sqlite:" + file), "");
    }

    static JdbcReads postgres(String url, String password) throws SQLException {
        return new JdbcReads(DriverManager.getConnection(url, "postgres", password), "roster.");
    }

    @Override
    public int entries(String from, String to) throws SQLException {
        int all = 0;
        int page = PAGE;
        byte[] next = bytes(from);
        while (page == PAGE) {
            entries.setBytes(1, next);
            entries.setBytes(2, bytes(to));
            page = 0;
            try (ResultSet rows = entries.executeQuery()) {
                while (rows.next()) {
                    next = read(rows);
                    page++;
                }
            }
            next = Arrays.copyOf(next, next.length + 1);
            all += page;
        }
        return all;
    }

    @Override
    public int changes(String from, String to, long afterRevision, int howMany)
            throws SQLException {
        changes.setLong(1, afterRevision);
        changes.setBytes(2, bytes(from));
        changes.setBytes(3, bytes(to));
        int all = 0;
        try (ResultSet rows = changes.executeQuery()) {
            while (rows.next()) {
                byte[] unused = read(rows);
                all++;
            }
        }
        return all;
    }

    /** Reads a row and returns its key. */
    private static byte[] read(ResultSet rows) throws SQLException {
        byte[] key = rows.getBytes(1);
        byte[] value = rows.getBytes(2);
        if (key.length + value.length == 0 || rows.getLong(3) < 0 || rows.getLong(4) < 0) {
            throw new IllegalStateException("not what was written");
        }
        return key;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
