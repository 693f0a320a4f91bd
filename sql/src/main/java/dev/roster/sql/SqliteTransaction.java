package dev.roster.sql;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import dev.roster.StoreUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Applies commits in one SQLite transaction. For the writer's thread alone. */
final class SqliteTransaction implements AutoCloseable {
    /** How many revisions watches can go back, and by how many the rest is removed at a time. */
    private static final long CHANGES_KEPT = 20_000;

    private static final long COMPACTION_STEP = 1000;

    private final SqliteFile file;
    private final Connection connection;
    private final PreparedStatement select;
    private final PreparedStatement upsert;
    private final PreparedStatement delete;
    private final PreparedStatement change;
    private final PreparedStatement meta;
    private long revision;
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
        meta = connection.prepareStatement("UPDATE roster_meta SET revision = ? WHERE id = 1");
    }

    /** Whether the last application changed something. */
    boolean wrote() {
        return wrote;
    }

    /** Whether the connection should be replaced. */
    boolean isBroken() {
        return broken;
    }

    /** Applies commits in order; the results are in the same order. Null only looks. */
    List<CommitResult> apply(List<@Nullable Commit> commits) {
        wrote = false;
        boolean begun = false;
        try {
            file.requireInPlace();
            SqliteSchema.execute(connection, "BEGIN IMMEDIATE");
            begun = true;
            StoreIdentity identity = look();
            long before = revision;
            List<CommitResult> results = new ArrayList<>(commits.size());
            for (Commit commit : commits) {
                results.add(
                        commit == null
                                ? new CommitResult.Applied(revision)
                                : apply(commit, identity));
            }
            if (revision != before) {
                meta.setLong(1, revision);
                meta.executeUpdate();
                compact();
            }
            wrote = revision != before;
            return end(results, before);
        } catch (SQLException e) {
            broken = begun && !rollback();
            return all(commits.size(), new CommitResult.Failed(String.valueOf(e.getMessage())));
        } catch (StoreUnavailableException e) {
            return all(commits.size(), new CommitResult.Failed(String.valueOf(e.getMessage())));
        }
    }

    /** Reads where the store is; one that went back in time begins another life. */
    private StoreIdentity look() throws SQLException {
        revision = SqliteSchema.number(connection, "SELECT revision FROM roster_meta");
        String life = SqliteSchema.life(connection);
        if (revision < file.highest()) {
            life = UUID.randomUUID().toString();
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE roster_meta SET life = ? WHERE id = 1")) {
                update.setString(1, life);
                update.executeUpdate();
            }
            file.wentBack(revision);
        }
        return file.identity(life);
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
    }

    /** Removes old changes, a bounded number at a time. */
    private void compact() throws SQLException {
        long compacted = SqliteSchema.number(connection, "SELECT compacted FROM roster_meta");
        if (revision - compacted < CHANGES_KEPT + COMPACTION_STEP) {
            return;
        }
        long upTo = compacted + COMPACTION_STEP;
        try (PreparedStatement remove =
                        connection.prepareStatement(
                                "DELETE FROM roster_changes WHERE revision <= ?");
                PreparedStatement update =
                        connection.prepareStatement(
                                "UPDATE roster_meta SET compacted = ? WHERE id = 1")) {
            remove.setLong(1, upTo);
            remove.executeUpdate();
            update.setLong(1, upTo);
            update.executeUpdate();
        }
    }

    private List<CommitResult> end(List<CommitResult> results, long before) {
        try {
            SqliteSchema.execute(connection, "COMMIT");
            file.saw(revision);
            return results;
        } catch (SQLException e) {
            wrote = false;
            broken = !rollback();
            CommitResult result = outcome(before, String.valueOf(e.getMessage()));
            return all(results.size(), result);
        }
    }

    /** After a COMMIT that failed: whether it took effect all the same. */
    private CommitResult outcome(long before, String why) {
        try {
            long now = SqliteSchema.number(connection, "SELECT revision FROM roster_meta");
            return now == before ? new CommitResult.Failed(why) : new CommitResult.Unknown(why);
        } catch (SQLException e) {
            broken = true;
            return new CommitResult.Unknown(why);
        }
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
