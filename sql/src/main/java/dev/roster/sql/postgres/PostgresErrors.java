package dev.roster.sql.postgres;

import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;

/** What an error of the driver or the server says about what happened. */
final class PostgresErrors {
    static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final List<String> AGAIN = List.of("40001", "40P01");

    /** The session ended, or may have: what was under way may have been committed. */
    private static final List<String> SESSION_OVER =
            List.of("57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "40003");

    private static final List<String> NOT_INSTALLED = List.of("42P01", "42883", "3F000", "42703");

    private PostgresErrors() {}

    static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }

    /**
     * Whether the server said that the statement failed, and so rolled it back. Anything else, a
     * broken connection above all, leaves it open what happened or will happen.
     */
    static boolean isUndone(SQLException e) {
        String state = state(e);
        return !state.isEmpty()
                && !state.startsWith("08")
                && !state.startsWith("XX")
                && !state.startsWith("58")
                && !state.startsWith("F0")
                && !state.startsWith("99")
                && !SESSION_OVER.contains(state);
    }

    /** Whether the same transaction may well succeed when it is tried again. */
    static boolean isWorthAnotherTry(SQLException e) {
        return AGAIN.contains(state(e));
    }

    /** Whether tables or functions are missing. */
    static boolean isNotInstalled(SQLException e) {
        return NOT_INSTALLED.contains(state(e));
    }

    /**
     * Throws if a statement was committed here, but a standby that it should have waited for may
     * lack it.
     */
    static void requireReplicated(Statement statement) throws SQLException {
        for (SQLWarning warning = statement.getWarnings();
                warning != null;
                warning = warning.getNextWarning()) {
            if (state(warning).startsWith("01")) {
                throw new SQLException(warning.getMessage(), "40003", warning);
            }
        }
    }

    /** What a failure to open the store means to the caller. */
    static RuntimeException opening(String where, String tried, SQLException e) {
        boolean isToChange = List.of("28P01", "28000", "3D000", "42501").contains(state(e));
        return isToChange
                ? new StoreRefusedException(message(where, tried, e), e)
                : unavailable(where, tried, e);
    }

    /** The same for what may be tried again, whatever it is. */
    static StoreUnavailableException unavailable(String where, String tried, SQLException e) {
        return new StoreUnavailableException(message(where, tried, e), e);
    }

    private static String message(String where, String tried, SQLException e) {
        String todo =
                switch (state(e)) {
                    case "28P01", "28000" ->
                            " Check user and password (URL, passwordFile, PGPASSWORD, ~/.pgpass) and pg_hba.conf.";
                    case "3D000" -> " Create the database, or correct its name in the URL.";
                    case "42501" ->
                            " Let the owner install the tables (schema.sql) and grant what this role needs (roles.sql).";
                    case "25006", "55000" ->
                            " This server is a standby or read-only: give the address of the primary.";
                    case "08001", "08004" ->
                            " Is the server running, and reachable from here on this port?";
                    default -> "";
                };
        return "PostgreSQL at %s: %s failed: %s%s".formatted(where, tried, text(e), todo);
    }

    /** The message with its cause's, on one line. */
    static String text(SQLException e) {
        String text = String.valueOf(e.getMessage());
        Throwable cause = e.getCause();
        if (cause != null && cause.getMessage() != null && !text.contains(cause.getMessage())) {
            text += " (" + cause.getClass().getSimpleName() + ": " + cause.getMessage() + ")";
        }
        return text.replaceAll("\\s+", " ");
    }
}
