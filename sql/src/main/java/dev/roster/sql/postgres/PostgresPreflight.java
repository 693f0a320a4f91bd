package dev.roster.sql.postgres;

import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Durability;
import dev.roster.store.Durability.Loss;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/** Looks whether a server can keep what is promised, before anything is written to it. */
final class PostgresPreflight {
    private static final int OLDEST = 120000;

    /** Members that lost a server try to reach it again twice in this time at least. */
    private static final long SETTLED_MILLIS = 3000;

    private PostgresPreflight() {}

    /**
     * @throws StoreRefusedException it cannot, and the message says what to change
     */
    static void check(Connection connection, String where) throws SQLException {
        String at = "PostgreSQL at " + where + " ";
        int version = Integer.parseInt(setting(connection, "server_version_num"));
        if (version < OLDEST) {
            throw new StoreRefusedException(
                    at
                            + "is version %d.%d, and Roster needs 12 or later: upgrade the server."
                                    .formatted(version / 10000, version % 10000));
        }
        if (PostgresSchema.text(connection, "SELECT pg_is_in_recovery()::text").equals("true")) {
            throw new StoreRefusedException(at + "is a standby: give the address of the primary.");
        }
        if (setting(connection, "default_transaction_read_only").equals("on")) {
            throw new StoreRefusedException(
                    at
                            + "is read-only for this role (default_transaction_read_only = on): switch that off for it.");
        }
        if (setting(connection, "fsync").equals("off")) {
            throw new StoreRefusedException(
                    at
                            + "has fsync = off, so that a crash of its machine can damage it: set fsync = on.");
        }
        if (setting(connection, "full_page_writes").equals("off")) {
            warn(
                    at
                            + "has full_page_writes = off: a loss of power can damage it, unless its file system writes pages whole.");
        }
        if (setting(connection, "synchronous_commit").equals("off")) {
            throw new StoreRefusedException(
                    at
                            + "has synchronous_commit = off, so that what was acknowledged can be lost: set it to on for this role or database.");
        }
    }

    /** Tells of what can be lost, once. */
    static void warn(Connection connection, String where) throws SQLException {
        Durability durability = durability(connection);
        boolean replicated =
                !PostgresSchema.text(connection, "SELECT 1 FROM pg_stat_replication LIMIT 1")
                        .isEmpty();
        if (replicated && durability.failover() != Loss.NOTHING) {
            warn(
                    "PostgreSQL at %s has standbys that commits do not wait for (%s): a failover can lose the last commits. Members then begin a new era."
                            .formatted(where, durability.why()));
        }
    }

    /**
     * Waits until a server that has just started has run for a moment. If an older state was put in
     * its place, members that have seen more try to reach it now, and mark it; who has seen nothing
     * must not be the first to write.
     */
    static void letOthersSpeak(Connection connection) throws SQLException {
        String left =
                PostgresSchema.text(
                        connection,
                        "SELECT (1000 * extract(epoch FROM pg_postmaster_start_time() + interval '3 s' - clock_timestamp()))::bigint::text");
        long millis = Math.min(SETTLED_MILLIS, Long.parseLong(left));
        if (millis > 0) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreUnavailableException("The opening was interrupted.", e);
            }
        }
    }

    private static void warn(String text) {
        System.getLogger(PostgresStore.class.getName()).log(System.Logger.Level.WARNING, text);
    }

    static Durability durability(Connection connection) throws SQLException {
        String level = setting(connection, "synchronous_commit");
        String standbys = setting(connection, "synchronous_standby_names");
        boolean waits = !standbys.isEmpty() && !level.equals("local") && !level.equals("off");
        String why = "fsync=on, synchronous_commit=%s, ".formatted(level);
        return new Durability(
                Loss.NOTHING,
                Loss.NOTHING,
                waits ? Loss.NOTHING : Loss.LAST_COMMITS,
                why
                        + (waits
                                ? "commits wait for a standby (synchronous_standby_names is set)"
                                : "commits wait for no standby: one that takes over may lack the last"));
    }

    /**
     * Whether a pooler stands between: the session that answers is not the one that was connected
     * to.
     */
    static boolean isPooled(Connection connection) throws SQLException {
        int greeted = connection.unwrap(PGConnection.class).getBackendPID();
        String pid = PostgresSchema.text(connection, "SELECT pg_backend_pid()::text");
        return !pid.equals(String.valueOf(greeted));
    }

    private static String setting(Connection connection, String name) throws SQLException {
        return PostgresSchema.text(connection, "SELECT current_setting(?)", name);
    }
}
