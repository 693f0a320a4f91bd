package dev.roster.sql.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * Looks once a minute whether old versions of the row that every commit locks pile up. They do when
 * some transaction, of anybody in the cluster, is open for long: each commit then has to pass them
 * all.
 */
final class PostgresHealth {
    private static final long EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long SAY_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long MOST = 10_000;

    private final PostgresSchema schema;
    private final String where;
    private final long most;
    private long nextNanos = System.nanoTime() + EVERY_NANOS;
    private long quietUntilNanos = System.nanoTime();

    PostgresHealth(PostgresSchema schema, String where) {
        this(schema, where, MOST);
    }

    PostgresHealth(PostgresSchema schema, String where, long most) {
        this.schema = schema;
        this.where = where;
        this.most = most;
    }

    void lookIfDue(Connection connection) throws SQLException {
        if (System.nanoTime() - nextNanos >= 0) {
            nextNanos = System.nanoTime() + EVERY_NANOS;
            look(connection);
        }
    }

    void look(Connection connection) throws SQLException {
        String dead =
                PostgresSchema.text(
                        connection,
                        "SELECT n_dead_tup::text FROM pg_stat_all_tables WHERE schemaname = ? AND relname = 'roster_meta'",
                        schema.name());
        if (dead.isEmpty()
                || Long.parseLong(dead) <= most
                || System.nanoTime() - quietUntilNanos < 0) {
            return;
        }
        quietUntilNanos = System.nanoTime() + SAY_AGAIN_NANOS;
        String oldest =
                PostgresSchema.text(
                        connection,
                        "SELECT coalesce(date_trunc('second', max(clock_timestamp() - xact_start))::text, 'unknown') FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()");
        System.getLogger(PostgresStore.class.getName())
                .log(
                        System.Logger.Level.WARNING,
                        "PostgreSQL at %s keeps %s old versions of %s.roster_meta, which slow every commit: some transaction is open for long (the oldest that is seen: %s), or autovacuum does not run. Find it in pg_stat_activity, and end it."
                                .formatted(where, dead, schema.name(), oldest));
    }
}
