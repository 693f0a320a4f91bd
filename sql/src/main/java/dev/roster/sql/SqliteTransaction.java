package dev.roster.sql;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Fence;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import dev.roster.sql.shared.EncodedBatch;
import dev.roster.store.QueueResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private static final StoreIdentity NOWHERE = new StoreIdentity("sqlite-not-read");

    /**
     * How a transaction ended.
     *
     * @param isDone whether it was committed
     * @param isUndone whether it certainly left nothing behind
     * @param why why it was not committed
     */
    record Outcome(boolean isDone, boolean isUndone, String why) {
        static final Outcome DONE = new Outcome(true, false, "");
    }

    private final SqliteFile file;
    private final Connection connection;
    private final PreparedStatement select;
    private final PreparedStatement upsert;
    private final PreparedStatement delete;
    private final PreparedStatement change;
    private final PreparedStatement meta;
    private final PreparedStatement selectMeta;
    private final SqliteQueueTable queue;
    private final Map<Fence, Boolean> fences = new HashMap<>();
    private StoreIdentity identity = NOWHERE;
    private String life = "";
    private String committedLife = "";
    private long committed;
    private long revision;
    private long compacted;
    private long kept;
    private long keptBytes;
    private boolean isOtherLife;
    private boolean wrote;
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
        queue = new SqliteQueueTable(connection);
        SqliteSchema.execute(connection, "PRAGMA busy_timeout = " + BUSY_MILLIS);
    }

    /** Whether the last application gave out a revision. */
    boolean wrote() {
        return wrote;
    }

    /** Whether the connection should be replaced. */
    boolean isBroken() {
        return broken;
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

    /** Applies what is given, in order, and ends the transaction that {@link #begin} began. */
    Outcome apply(List<SqliteWork> parts) {
        wrote = false;
        fences.clear();
        try {
            // Again, with the lock: until the commit there is hardly time for a file to go.
            file.requireInPlace();
            identity = look();
            long before = revision;
            for (SqliteWork part : parts) {
                part.apply(this);
            }
            wrote = isOtherLife || revision != before;
            if (wrote) {
                compact();
                writeMeta();
            }
            return end();
        } catch (SQLException | RuntimeException e) {
            return undo(e);
        }
    }

    private Outcome undo(Exception why) {
        wrote = false;
        broken |= !rollback();
        if (why instanceof SQLException e && code(e) == SQLiteErrorCode.SQLITE_FULL) {
            makeRoom();
        }
        return new Outcome(false, true, String.valueOf(why.getMessage()));
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

    /** Does one commit; null only looks. */
    CommitResult commit(@Nullable Commit commit) throws SQLException {
        if (commit == null) {
            return new CommitResult.Applied(revision);
        }
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
        fences.clear();
        write(commit.operations());
        return new CommitResult.Applied(revision);
    }

    /** Applies a batch of a queue. */
    QueueResult apply(EncodedBatch batch) throws SQLException {
        for (Fence fence : batch.batch().fences()) {
            Boolean held = fences.get(fence);
            if (held == null) {
                held = holds(fence);
                fences.put(fence, held);
            }
            if (!held) {
                return new QueueResult.Fenced(
                        fence.store().equals(identity)
                                ? "the ownership is over"
                                : "the store is another one than when the key was claimed");
            }
        }
        return queue.apply(batch);
    }

    private boolean holds(Fence fence) throws SQLException {
        if (!fence.store().equals(identity)) {
            return false;
        }
        for (Condition condition : fence.conditions()) {
            Entry entry = find(condition.key());
            boolean holds =
                    switch (condition) {
                        case Condition.Absent absent -> entry == null;
                        case Condition.Unchanged unchanged ->
                                entry != null && entry.modified() == unchanged.modified();
                    };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    /** Removes the first entries of queues from one key up to another. */
    int prune(byte[] from, byte[] to, int atMost) throws SQLException {
        return queue.prune(from, to, atMost);
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

    private Outcome end() {
        try {
            SqliteSchema.execute(connection, "COMMIT");
            committedLife = life;
            committed = revision;
            file.saw(revision);
            return Outcome.DONE;
        } catch (SQLException e) {
            SQLiteErrorCode code = code(e);
            if (code == SQLiteErrorCode.SQLITE_FULL || code == SQLiteErrorCode.SQLITE_BUSY) {
                return undo(e);
            }
            // The log may hold all of it although it was not forced: a crash could bring it back.
            wrote = false;
            rollback();
            broken = true;
            return new Outcome(false, false, String.valueOf(e.getMessage()));
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

    @Override
    public void close() {
        SqliteFile.closeQuietly(connection);
    }
}
