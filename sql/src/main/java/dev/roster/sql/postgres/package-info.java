/**
 * The PostgreSQL store.
 *
 * <p><b>Overview.</b> {@link dev.roster.sql.postgres.PostgresStore} keeps entries, their changes
 * and one row of {@code roster_meta} in a schema of a PostgreSQL database, version 12 or later.
 *
 * <p><b>Who does what.</b> One thread writes: it takes what waits into one call of a function in
 * the database, which is one transaction and one round trip ({@code PostgresWriter}, {@code
 * schema.sql}). One thread follows: it waits for {@code NOTIFY}, looks by itself about once a
 * second while somebody watches, and holds this process's tie ({@code PostgresTail}, {@code
 * PostgresTies}). One thread tells others, in transactions of their own ({@code PostgresNotice}).
 * Reads have a few connections more.
 *
 * <p><b>Order.</b> The row of {@code roster_meta} is locked until a commit is visible, so revisions
 * become visible in their order: a sequence would not do.
 *
 * <p><b>Identities.</b> The cluster's identifier, its timeline and the store's life, a name in
 * {@code roster_meta}. A promoted standby has another timeline, a dump that was loaded elsewhere
 * another cluster. A directory or dump that was put back in place has neither: each process says
 * with each commit which revision it has seen, and the random stamp of it; the function finds that
 * the store is behind, or that its history is another one, and gives it another life before
 * anything is applied.
 *
 * <p><b>Failures.</b> A commit that PostgreSQL answered with an error did nothing. One whose
 * connection broke is unknown. None waits for a lock longer than 1.5 seconds, so none comes late.
 */
@NullMarked
package dev.roster.sql.postgres;

import org.jspecify.annotations.NullMarked;
