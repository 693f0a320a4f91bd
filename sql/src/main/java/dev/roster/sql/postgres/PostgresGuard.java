package dev.roster.sql.postgres;

import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.FencedException;
import dev.roster.Limits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Lets an application's own transaction take effect only while a fence holds. */
final class PostgresGuard {
    /**
     * A program that is frozen in its transaction must not keep its keys from the others for ever.
     */
    private static final String IDLE_MILLIS = "5000";

    private PostgresGuard() {}

    /**
     * @param keeps whether the transaction will keep others from what they need
     */
    static void begin(Connection connection, boolean keeps) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalArgumentException(
                    "The connection commits by itself: call setAutoCommit(false) first.");
        }
        if (keeps) {
            PostgresSchema.text(
                    connection,
                    "SELECT set_config('idle_in_transaction_session_timeout', ?, true)",
                    IDLE_MILLIS);
        }
    }

    static void guard(Connection connection, PostgresSchema schema, Fence fence)
            throws SQLException {
        begin(connection, true);
        if (fence.conditions().stream().anyMatch(Condition.Absent.class::isInstance)) {
            // What is not there cannot be locked: nobody writes anything until this is over.
            PostgresSchema.text(
                    connection,
                    schema.sql("SELECT revision::text FROM :schema.roster_meta FOR SHARE"));
        }
        Map<String, Long> modified = locked(connection, schema, fence);
        String identity =
                PostgresSchema.text(
                        connection,
                        schema.sql(
                                "SELECT :schema.roster_identity(life) FROM :schema.roster_meta"));
        if (!fence.store().id().equals(identity)) {
            throw new FencedException("The store is another one than when the key was claimed.");
        }
        for (Condition condition : fence.conditions()) {
            Long found = modified.get(condition.key());
            boolean holds =
                    switch (condition) {
                        case Condition.Absent absent -> found == null;
                        case Condition.Unchanged unchanged ->
                                found != null && found == unchanged.modified();
                    };
            if (!holds) {
                throw new FencedException(
                        "The ownership is over (%s has changed): roll back."
                                .formatted(Limits.quoted(condition.key())));
            }
        }
    }

    private static Map<String, Long> locked(
            Connection connection, PostgresSchema schema, Fence fence) throws SQLException {
        byte[][] keys =
                fence.conditions().stream()
                        .map(condition -> PostgresBatch.bytes(condition.key()))
                        .toArray(byte[][]::new);
        Map<String, Long> modified = new HashMap<>();
        try (PreparedStatement select =
                connection.prepareStatement(
                        schema.sql(
                                "SELECT key, modified FROM :schema.roster_entries WHERE key = ANY (?) ORDER BY key FOR SHARE"))) {
            select.setArray(1, connection.createArrayOf("bytea", keys));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    modified.put(PostgresBatch.text(rows.getBytes(1)), rows.getLong(2));
                }
            }
        }
        return modified;
    }
}
