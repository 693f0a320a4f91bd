package dev.roster.sql.postgres;

/** What stands between this process and the server. */
public enum Pooler {
    /** Found out when the store is opened: {@link #NONE} or {@link #TRANSACTION}. */
    AUTO,
    /** Nothing that matters: a connection is one session, as with PgBouncer's session mode. */
    NONE,
    /**
     * A pooler that gives each transaction another session, as PgBouncer in transaction mode does:
     * no {@code LISTEN}, no ties, no prepared statements; changes are found by polling.
     */
    TRANSACTION
}
