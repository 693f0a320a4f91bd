package dev.roster.sql;

import dev.roster.sql.shared.EncodedBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statements that write to queues, in a transaction that keeps all others from writing. */
final class SqliteQueueTable implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement select;
    private final PreparedStatement delete;
    private final PreparedStatement put;
    private final PreparedStatement prune;

    SqliteQueueTable(Connection connection) throws SQLException {
        this.connection = connection;
        select = connection.prepareStatement("SELECT value FROM roster_queue WHERE key = ?");
        delete = connection.prepareStatement("DELETE FROM roster_queue WHERE key = ?");
        put = connection.prepareStatement("INSERT OR REPLACE INTO roster_queue VALUES (?, ?)");
        prune =
                connection.prepareStatement(
                        "DELETE FROM roster_queue WHERE key IN (SELECT key FROM roster_queue WHERE key >= ? AND key < ? ORDER BY key LIMIT ?)");
    }

    /** Applies a batch whose fences hold: all of it, or nothing. */
    QueueResult apply(EncodedBatch batch) throws SQLException {
        Set<String> failed = new HashSet<>();
        for (int at = 0; at < batch.conditions().size(); at++) {
            byte[] key = batch.conditionKey(at);
            if (!holds(batch.conditions().get(at), value(key))) {
                failed.add(EncodedBatch.comparable(key));
            }
        }
        if (!failed.isEmpty()) {
            addMissing(batch, failed);
            return new QueueResult.Refused(batch.failed(failed));
        }
        long takes =
                batch.operations().stream().filter(QueueOperation.Take.class::isInstance).count();
        if (takes > 1) {
            SqliteSchema.execute(connection, "SAVEPOINT roster_takes");
        }
        take(batch, failed);
        if (takes > 1) {
            if (!failed.isEmpty()) {
                SqliteSchema.execute(connection, "ROLLBACK TO roster_takes");
            }
            SqliteSchema.execute(connection, "RELEASE roster_takes");
        }
        if (!failed.isEmpty()) {
            return new QueueResult.Refused(batch.failed(failed));
        }
        write(batch);
        return new QueueResult.Applied();
    }

    private static boolean holds(QueueCondition condition, byte @Nullable [] value) {
        return switch (condition) {
            case QueueCondition.Absent absent -> value == null;
            case QueueCondition.Present present -> value != null;
            case QueueCondition.Same same ->
                    value != null && Arrays.equals(value, same.value().toArray());
        };
    }

    private byte @Nullable [] value(byte[] key) throws SQLException {
        select.setBytes(1, key);
        try (ResultSet rows = select.executeQuery()) {
            return rows.next() ? rows.getBytes(1) : null;
        }
    }

    private void addMissing(EncodedBatch batch, Set<String> failed) throws SQLException {
        List<QueueOperation> operations = batch.operations();
        for (int at = 0; at < operations.size(); at++) {
            if (operations.get(at) instanceof QueueOperation.Take
                    && value(batch.operationKey(at)) == null) {
                failed.add(EncodedBatch.comparable(batch.operationKey(at)));
            }
        }
    }

    private void take(EncodedBatch batch, Set<String> failed) throws SQLException {
        List<QueueOperation> operations = batch.operations();
        for (int at = 0; at < operations.size(); at++) {
            if (operations.get(at) instanceof QueueOperation.Take
                    && !delete(batch.operationKey(at))) {
                failed.add(EncodedBatch.comparable(batch.operationKey(at)));
            }
        }
    }

    private void write(EncodedBatch batch) throws SQLException {
        List<QueueOperation> operations = batch.operations();
        for (int at = 0; at < operations.size(); at++) {
            byte[] key = batch.operationKey(at);
            switch (operations.get(at)) {
                case QueueOperation.Take taken -> {}
                case QueueOperation.Remove remove -> delete(key);
                case QueueOperation.Put putting -> {
                    put.setBytes(1, key);
                    put.setBytes(2, putting.entry().value().toArray());
                    put.executeUpdate();
                }
            }
        }
    }

    private boolean delete(byte[] key) throws SQLException {
        delete.setBytes(1, key);
        return delete.executeUpdate() > 0;
    }

    /** Removes the first entries from one key up to another. */
    int prune(byte[] from, byte[] to, int atMost) throws SQLException {
        prune.setBytes(1, from);
        prune.setBytes(2, to);
        prune.setInt(3, atMost);
        return prune.executeUpdate();
    }

    @Override
    public void close() {
        for (PreparedStatement each : List.of(select, delete, put, prune)) {
            SqliteFile.closeQuietly(each);
        }
    }
}
