package dev.roster.sql.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/**
 * Puts entries that are new, as nearly all are that are put without more ado: one plain statement,
 * which costs the server a fraction of what the function does. If it meets an entry that is there
 * already nothing has happened, and the function says what is to become of it. One entry alone goes
 * without arrays, which the server would have to take apart.
 */
final class PostgresQueueInsert {
    private static final String UNIQUE_VIOLATION = "23505";

    /** The settings are made before the row is, for this transaction alone. */
    private static final String INSERT_ONE =
            """
            INSERT INTO :schema.roster_queue (key, value)
            VALUES (
                CASE WHEN pg_catalog.set_config('lock_timeout', ?, true) IS NOT NULL
                        AND (pg_catalog.current_setting('synchronous_commit') <> 'off'
                            OR pg_catalog.set_config('synchronous_commit', 'on', true) = 'on')
                    THEN ?::bytea END,
                ?)
            """;

    /** The settings are made before the first row is, for this transaction alone. */
    private static final String INSERT =
            """
            INSERT INTO :schema.roster_queue (key, value)
            SELECT t.key, t.value FROM (
                SELECT pg_catalog.set_config('lock_timeout', ?, true),
                    CASE WHEN pg_catalog.current_setting('synchronous_commit') = 'off'
                        THEN pg_catalog.set_config('synchronous_commit', 'on', true) END
                OFFSET 0) AS s, unnest(?::bytea[], ?::bytea[]) AS t (key, value)
            """;

    private static final String ONE_WITHIN =
            "INSERT INTO :schema.roster_queue (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING";

    private static final String WITHIN =
            """
            INSERT INTO :schema.roster_queue (key, value)
            SELECT t.key, t.value FROM unnest(?::bytea[], ?::bytea[]) AS t (key, value)
            ON CONFLICT DO NOTHING
            """;

    private PostgresQueueInsert() {}

    /**
     * Puts entries in a transaction of the application's.
     *
     * @return false if one of them is there, which stays as it is; the others are put
     */
    static boolean insertedWithin(
            Connection connection, PostgresSchema schema, PostgresQueueRows puts)
            throws SQLException {
        String sql = puts.size() == 1 ? ONE_WITHIN : WITHIN;
        try (PreparedStatement insert = connection.prepareStatement(schema.sql(sql))) {
            set(puts, connection, insert, 1);
            return insert.executeUpdate() == puts.size();
        }
    }

    /**
     * Puts entries, on a connection that commits by itself.
     *
     * @return false if one of them is there; then nothing happened
     * @throws SQLException see {@link PostgresErrors#isUndone}
     */
    static boolean inserted(
            Connection connection, PostgresSchema schema, PostgresQueueRows puts, int lockMillis)
            throws SQLException {
        String sql = puts.size() == 1 ? INSERT_ONE : INSERT;
        try (PreparedStatement insert = connection.prepareStatement(schema.sql(sql))) {
            insert.setString(1, String.valueOf(lockMillis));
            set(puts, connection, insert, 2);
            insert.executeUpdate();
            PostgresErrors.requireReplicated(insert);
            return true;
        } catch (SQLException e) {
            if (PostgresErrors.state(e).equals(UNIQUE_VIOLATION)) {
                return false;
            }
            throw e;
        }
    }

    /** Sets two parameters: an entry's key and value, or those of all. */
    private static void set(
            PostgresQueueRows puts, Connection connection, PreparedStatement insert, int parameter)
            throws SQLException {
        if (puts.size() == 1) {
            puts.setOne(insert, parameter);
        } else {
            PGConnection arrays = connection.unwrap(PGConnection.class);
            insert.setArray(parameter, puts.keys(arrays));
            insert.setArray(parameter + 1, puts.values(arrays));
        }
    }
}
