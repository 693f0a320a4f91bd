package dev.roster.sql.postgres;

import dev.roster.StoreRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The tables and functions, and all statements. Only the checked name of the schema is ever spliced
 * in.
 */
final class PostgresSchema {
    static final int VERSION = 1;

    private final String name;
    private final String quoted;

    PostgresSchema(String name) {
        this.name = name;
        this.quoted = '"' + name + '"';
    }

    String name() {
        return name;
    }

    /** A statement that names the schema {@code :schema}. */
    String sql(String text) {
        return text.replace(":\"schema\"", quoted).replace(":schema", quoted);
    }

    /** A file beside this class, for this schema. */
    String file(String file) {
        try (InputStream in = PostgresSchema.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not in the jar");
            }
            return sql(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read from the jar", e);
        }
    }

    /** Makes what is missing; by many processes at once, too. What is there is only looked at. */
    void prepare(Connection connection) throws SQLException {
        if (!isThere(connection)) {
            connection.setAutoCommit(false);
            try {
                // Of this transaction alone: newcomers make the tables one after the other.
                text(
                        connection,
                        "SELECT pg_advisory_xact_lock(hashtext('roster'), hashtext(?))",
                        name);
                if (!isThere(connection)) {
                    create(connection);
                }
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
        requireOurs(connection);
    }

    private void create(Connection connection) throws SQLException {
        if (text(connection, "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname = ?", name)
                .isEmpty()) {
            execute(connection, sql("CREATE SCHEMA :schema"));
        }
        execute(connection, file("schema.sql"));
    }

    /** By a query: {@code to_regclass} goes by what the session remembers from before a wait. */
    private boolean isThere(Connection connection) throws SQLException {
        return !text(
                        connection,
                        """
                        SELECT c.relname FROM pg_catalog.pg_class c
                        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = ? AND c.relname = 'roster_meta'
                        """,
                        name)
                .isEmpty();
    }

    private void requireOurs(Connection connection) throws SQLException {
        String version;
        try {
            version =
                    text(
                            connection,
                            sql(
                                    "SELECT coalesce(max(version), 1)::text FROM :schema.roster_meta WHERE ? <> ''"),
                            name);
        } catch (SQLException e) {
            if (PostgresErrors.isNotInstalled(e)) {
                throw new StoreRefusedException(
                        "The schema %s has tables of Roster's names that Roster did not make: use another schema."
                                .formatted(name),
                        e);
            }
            throw e;
        }
        if (!version.equals(String.valueOf(VERSION))) {
            throw new StoreRefusedException(
                    "The schema %s was written by a Roster with schema version %s, and this one knows %d: use that release or a newer one."
                            .formatted(name, version, VERSION));
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row as text, "" for none. */
    static String text(Connection connection, String sql, String... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int at = 0; at < parameters.length; at++) {
                statement.setString(at + 1, parameters[at]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                String found = rows.next() ? rows.getString(1) : null;
                return found == null ? "" : found;
            }
        }
    }
}
