package dev.roster.sql;

import dev.roster.StoreClosedException;
import dev.roster.StoreUnavailableException;
import dev.roster.sql.shared.Batches;
import dev.roster.sql.shared.SqlQueue;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueuePage;
import dev.roster.store.QueueRange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A queue in the table {@code roster_queue} of a file. Reads are one transaction, and so one
 * moment; writes go through the file's {@link SqliteWriter}. The clock is the machine's.
 */
final class SqliteQueue extends SqlQueue {
    private final SqliteFile file;
    private final BooleanSupplier storeClosed;

    SqliteQueue(String name, SqliteFile file, BooleanSupplier storeClosed) {
        super(name, file.listeners());
        this.file = file;
        this.storeClosed = storeClosed;
    }

    @Override
    protected void send(Batches batches) {
        if (storeClosed.getAsBoolean()) {
            batches.fail("the store is closed");
        } else {
            file.writer().send(new SqliteWork.OfQueue(batches));
        }
    }

    @Override
    protected String slow() {
        return file.writer().slow();
    }

    @Override
    protected void tellOthers(Set<Integer> partitions) {
        file.side().wake();
    }

    private void requireOpen() {
        if (storeClosed.getAsBoolean()) {
            throw new StoreClosedException("The store " + file.path() + " is closed.");
        }
    }

    @Override
    public QueuePage read(List<QueueRange> ranges) {
        requireOpen();
        file.requireInPlace();
        return file.reading(connection -> {
            long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
            List<List<QueueEntry>> entries = new ArrayList<>(ranges.size());
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT key, value FROM roster_queue WHERE key >= ? AND key < ? ORDER BY key LIMIT ?")) {
                for (QueueRange range : ranges) {
                    entries.add(read(select, range));
                }
            }
            return new QueuePage(entries, now);
        });
    }

    private List<QueueEntry> read(PreparedStatement select, QueueRange range) throws SQLException {
        List<QueueEntry> found = new ArrayList<>();
        select.setBytes(1, keys().from(range));
        select.setBytes(2, keys().to(range));
        select.setInt(3, range.atMost());
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                QueueEntry entry = keys().entry(rows.getBytes(1), rows.getBytes(2));
                if (entry != null) {
                    found.add(entry);
                }
            }
        }
        return found;
    }

    @Override
    public long count(QueueRange range) {
        requireOpen();
        file.requireInPlace();
        return file.reading(connection -> count(connection, range));
    }

    private long count(Connection connection, QueueRange range) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(
                        "SELECT count(*) FROM roster_queue WHERE key >= ? AND key < ?")) {
            select.setBytes(1, keys().from(range));
            select.setBytes(2, keys().to(range));
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    @Override
    public int prune(QueueRange range) {
        requireOpen();
        SqliteWork.Prune prune =
                new SqliteWork.Prune(keys().from(range), keys().to(range), range.atMost());
        file.writer().send(prune);
        SqliteWork.Prune.Outcome outcome = prune.await(slow());
        String why = outcome.why();
        if (why != null) {
            throw new StoreUnavailableException("Entries of a queue were not removed: " + why);
        }
        return outcome.removed();
    }
}
