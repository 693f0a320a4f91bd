package dev.roster.sql;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Applies commits in one SQLite transaction. For the writer's thread alone. */
final class SqliteTransaction implements AutoCloseable {
    /** What is kept for watches to go back: a number, and for large values a size. */
    private static final long CHANGES_KEPT = 50_000;

    private static final long BYTES_KEPT = 64L << 20;

    /** Removed at a time: a commit never waits for more than this, and one large commit. */
    private static final long COMPACTION_STEP = 500;

    /** SQLite's own waiting sleeps long and by chance; the writer asks again by itself. */
    private static final int BUSY_MILLIS = 2;

    private final SqliteFile file;
    private final Connection connection;
    private final PreparedStatement select;
    private final PreparedStatement upsert;
    private final PreparedStatement delete;
    private final PreparedStatement change;
    private final PreparedStatement meta;
    private final PreparedStatement selectMeta;
    private String life = "";
    private String committedLife = "";
    private long committed;
    private long revision;
    private long compacted;
    private long kept;
    private long keptBytes;
    private boolean isOtherLife;
    private boolean wrote;
    private boolean undone;
    private boolean broken;

    SqliteTransaction(SqliteFile file, Connection connection) throws SQLException {
        this.file = file;
        this.connection = connection;
        select =
                connection.prepareStatement(
                        "SELECT value, created, modified FROM roster_entries WHERE key = ?");
        upsert =
                connection.prepareStatement(
                        "INSERT INTO roster_entries VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, modified = excluded.modified");
        delete = connection.prepareStatement("DELETE FROM roster_entries WHERE key = ?");
        change = connection.prepareStatement("INSERT INTO roster_changes VALUES (?, ?, ?, ?, ?)");
        meta =
                connection.prepareStatement(
                        "UPDATE roster_meta SET life = ?, revision = ?, compacted = ?, kept = ?, kept_bytes = ? WHERE id = 1");
        selectMeta =
                connection.prepareStatement(
                        "SELECT life, revision, compacted, kept, kept_bytes FROM roster_meta WHERE id = 1");
        SqliteSchema.execute(connection, "PRAGMA busy_timeout = " + BUSY_MILLIS);
    }

    /** Whether the last application changed something. */
    boolean wrote() {
        return wrote;
    }

    /** Whether the connection should be replaced. */
    boolean isBroken() {
        return broken;
    }

    /** Whether the last application certainly left nothing behind because something failed. */
    boolean isUndone() {
        return undone;
    }

    /** Tells other processes how far the store has come by what was committed here last. */
    void ring() {
        file.side().ring(committedLife, committed);
    }

    /** Takes the file for writing; false if somebody else has it. */
    boolean begin() throws SQLException {
        file.requireInPlace();
        try {
            SqliteSchema.execute(connection, "BEGIN IMMEDIATE");
        } catch (SQLException e) {
            if (code(e) == SQLiteErrorCode.SQLITE_BUSY) {
                return false;
            }
            broken = true;
            throw e;
        }
        return true;
    }

    /**
     * Applies commits in order, and ends the transaction that {@link #begin} began; the results are
     * in the same order. Null only looks.
     */
    List<CommitResult> apply(List<@Nullable Commit> commits) {
        wrote = false;
        undone = false;
        try {
            // Again, with the lock: until the commit there is hardly time for a file to go.
            file.requireInPlace();
            StoreIdentity identity = look();
            long before = revision;
            List<CommitResult> results = new ArrayList<>(commits.size());
            for (Commit commit : commits) {
                results.add(
                        commit == null
                                ? new CommitResult.Applied(revision)
                                : apply(commit, identity));
            }
            wrote = isOtherLife || revision != before;
            if (wrote) {
                compact();
                writeMeta();
            }
            return end(results);
        } catch (SQLException | RuntimeException e) {
            return undo(commits.size(), e);
        }
    }

    private List<CommitResult> undo(int count, Exception why) {
        wrote = false;
        undone = true;
        broken |= !rollback();
        if (why instanceof SQLException e && code(e) == SQLiteErrorCode.SQLITE_FULL) {
            makeRoom();
        }
        return all(count, new CommitResult.Failed(String.valueOf(why.getMessage())));
    }

    /** Moves the log into the database: small commits then find room in the log on a full disk. */
    private void makeRoom() {
        try {
            SqliteSchema.execute(connection, "PRAGMA wal_checkpoint(RESTART)");
        } catch (SQLException e) {
            // Then there is none.
            return;
        }
    }

    /**
     * Reads where the store is. One that went back in time begins another life, at a revision above
     * all that were seen: no position or condition of the former life fits it.
     */
    private StoreIdentity look() throws SQLException {
        try (ResultSet rows = selectMeta.executeQuery()) {
            if (!rows.next()) {
                throw new SQLException("roster_meta is empty");
            }
            life = rows.getString(1);
            revision = rows.getLong(2);
            compacted = rows.getLong(3);
            kept = rows.getLong(4);
            keptBytes = rows.getLong(5);
        }
        long seen = Math.max(file.highest(), file.side().rung(life));
        isOtherLife = revision < seen;
        if (isOtherLife) {
            life = UUID.randomUUID().toString();
            revision = seen + 1;
            compacted = revision;
        }
        return file.identity(life);
    }

    private void writeMeta() throws SQLException {
        meta.setString(1, life);
        meta.setLong(2, revision);
        meta.setLong(3, compacted);
        meta.setLong(4, kept);
        meta.setLong(5, keptBytes);
        meta.executeUpdate();
    }

    private CommitResult apply(Commit commit, StoreIdentity identity) throws SQLException {
        if (commit.store() != null && !commit.store().equals(identity)) {
            return new CommitResult.OtherStore(identity);
        }
        List<String> failed = new ArrayList<>();
        List<Entry> found = new ArrayList<>();
        for (Condition condition : commit.conditions()) {
            Entry entry = find(condition.key());
            boolean holds =
                    switch (condition) {
                        case Condition.Absent absent -> entry == null;
                        case Condition.Unchanged unchanged ->
                                entry != null && entry.modified() == unchanged.modified();
                    };
            if (!holds) {
                failed.add(condition.key());
                if (entry != null) {
                    found.add(entry);
                }
            }
        }
        if (!failed.isEmpty()) {
            return new CommitResult.Refused(failed, found);
        }
        write(commit.operations());
        return new CommitResult.Applied(revision);
    }

    private @Nullable Entry find(String key) throws SQLException {
        select.setBytes(1, SqliteSchema.bytes(key));
        try (ResultSet rows = select.executeQuery()) {
            return rows.next()
                    ? new Entry(key, Bytes.of(rows.getBytes(1)), rows.getLong(2), rows.getLong(3))
                    : null;
        }
    }

    private void write(List<Operation> operations) throws SQLException {
        long next = revision + 1;
        int ordinal = 0;
        for (Operation operation : operations) {
            byte[] key = SqliteSchema.bytes(operation.key());
            switch (operation) {
                case Operation.Put put -> {
                    Entry old = find(put.key());
                    long created = old == null ? next : old.created();
                    byte[] value = put.value().toArray();
                    upsert.setBytes(1, key);
                    upsert.setBytes(2, value);
                    upsert.setLong(3, created);
                    upsert.setLong(4, next);
                    upsert.executeUpdate();
                    record(next, ordinal++, key, value, created);
                }
                case Operation.Delete gone -> {
                    delete.setBytes(1, key);
                    if (delete.executeUpdate() > 0) {
                        record(next, ordinal++, key, null, 0);
                    }
                }
            }
        }
        if (ordinal > 0) {
            revision = next;
        }
    }

    private void record(long at, int ordinal, byte[] key, byte @Nullable [] value, long created)
            throws SQLException {
        change.setLong(1, at);
        change.setInt(2, ordinal);
        change.setBytes(3, key);
        change.setBytes(4, value);
        change.setLong(5, created);
        change.executeUpdate();
        kept++;
        keptBytes += key.length + (value == null ? 0 : value.length);
    }

    /** Removes the oldest changes, whole commits, when there are too many. */
    private void compact() throws SQLException {
        if (kept < CHANGES_KEPT + COMPACTION_STEP && keptBytes < BYTES_KEPT) {
            return;
        }
        long step = Math.clamp(kept / 2, 1, COMPACTION_STEP);
        long upTo =
                numberOf(
                        "SELECT revision FROM roster_changes ORDER BY revision, ordinal LIMIT 1 OFFSET ?",
                        step - 1);
        if (upTo >= revision) {
            // What was just written is kept: others have to hear of it.
            return;
        }
        kept -= numberOf("SELECT count(*) FROM roster_changes WHERE revision <= ?", upTo);
        keptBytes -=
                numberOf(
                        "SELECT sum(length(key) + coalesce(length(value), 0)) FROM roster_changes WHERE revision <= ?",
                        upTo);
        try (PreparedStatement remove =
                connection.prepareStatement("DELETE FROM roster_changes WHERE revision <= ?")) {
            remove.setLong(1, upTo);
            remove.executeUpdate();
        }
        compacted = Math.max(compacted, upTo);
    }

    private long numberOf(String sql, long parameter) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, parameter);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    private List<CommitResult> end(List<CommitResult> results) {
        try {
            SqliteSchema.execute(connection, "COMMIT");
            committedLife = life;
            committed = revision;
            file.saw(revision);
            return results;
        } catch (SQLException e) {
            SQLiteErrorCode code = code(e);
            if (code == SQLiteErrorCode.SQLITE_FULL || code == SQLiteErrorCode.SQLITE_BUSY) {
                return undo(results.size(), e);
            }
            // The log may hold all of it although it was not forced: a crash could bring it back.
            wrote = false;
            rollback();
            broken = true;
            return all(results.size(), new CommitResult.Unknown(String.valueOf(e.getMessage())));
        }
    }

    private static @Nullable SQLiteErrorCode code(SQLException e) {
        // The driver has a name for each extended code; the low byte is the primary one.
        return e instanceof SQLiteException sqlite
                ? SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & 0xFF)
                : null;
    }

    private boolean rollback() {
        try {
            SqliteSchema.execute(connection, "ROLLBACK");
            return true;
        } catch (SQLException e) {
            // SQLite rolls some errors back by itself; then there is nothing to roll back.
            return String.valueOf(e.getMessage()).contains("no transaction is active");
        }
    }

    static List<CommitResult> all(int count, CommitResult result) {
        return Collections.nCopies(count, result);
    }

    @Override
    public void close() {
        SqliteFile.closeQuietly(connection);
    }
}
