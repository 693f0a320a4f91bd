package dev.roster.sql.postgres;

import dev.roster.StoreClosedException;
import dev.roster.sql.shared.Batches;
import dev.roster.sql.shared.Listeners;
import dev.roster.sql.shared.SqlQueue;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueuePage;
import dev.roster.store.QueueRange;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.postgresql.PGConnection;

/**
 * A queue in the table {@code roster_queue}. Reads are one statement, and so one moment; writes go
 * through the store's {@link PostgresQueueWriter}.
 */
final class PostgresQueue extends SqlQueue {
    private static final String READ = "SELECT * FROM :schema.roster_queue_read_1(?, ?, ?)";

    private static final String COUNT =
            "SELECT count(*) FROM :schema.roster_queue q WHERE q.key >= ? AND q.key < ?";

    private static final String PRUNE =
            """
            DELETE FROM :schema.roster_queue q WHERE q.key = ANY (ARRAY (
                SELECT x.key FROM :schema.roster_queue x WHERE x.key >= ? AND x.key < ? ORDER BY x.key LIMIT ?))
            """;

    private final PostgresConnections connections;
    private final PostgresSchema schema;
    private final Supplier<PostgresQueueWriter> writer;
    private final PostgresNotice notice;
    private final BooleanSupplier storeClosed;

    PostgresQueue(
            String name,
            PostgresConnections connections,
            PostgresSchema schema,
            Supplier<PostgresQueueWriter> writer,
            PostgresNotice notice,
            Listeners listeners,
            BooleanSupplier storeClosed) {
        super(name, listeners);
        this.connections = connections;
        this.schema = schema;
        this.writer = writer;
        this.notice = notice;
        this.storeClosed = storeClosed;
    }

    @Override
    protected void send(Batches batches) {
        if (storeClosed.getAsBoolean()) {
            batches.fail("the store is closed");
        } else {
            writer.get().send(batches);
        }
    }

    @Override
    protected void sendAlone(Batches batches) {
        if (storeClosed.getAsBoolean()) {
            batches.fail("the store is closed");
        } else {
            writer.get().writeOrSend(batches);
        }
    }

    @Override
    protected String slow() {
        return "PostgreSQL at %s took no batch for %d ms"
                .formatted(connections.where(), Batches.PATIENCE_MILLIS);
    }

    @Override
    protected void tellOthers(Set<Integer> partitions) {
        notice.woken(name(), partitions);
    }

    private void requireOpen() {
        if (storeClosed.getAsBoolean()) {
            throw new StoreClosedException("The store at " + connections.where() + " is closed.");
        }
    }

    @Override
    public QueuePage read(List<QueueRange> ranges) {
        requireOpen();
        byte[][] from = from(ranges);
        byte[][] to = to(ranges);
        int[] most = ranges.stream().mapToInt(QueueRange::atMost).toArray();
        return connections.read(
                "reading a queue",
                connection -> {
                    try (PreparedStatement select = connection.prepareStatement(schema.sql(READ))) {
                        PGConnection arrays = connection.unwrap(PGConnection.class);
                        select.setArray(1, arrays.createArrayOf("bytea", from));
                        select.setArray(2, arrays.createArrayOf("bytea", to));
                        select.setArray(3, arrays.createArrayOf("int4", most));
                        try (ResultSet rows = select.executeQuery()) {
                            return page(rows, ranges.size());
                        }
                    }
                });
    }

    private QueuePage page(ResultSet rows, int ranges) throws SQLException {
        List<List<QueueEntry>> entries = new ArrayList<>(ranges);
        for (int at = 0; at < ranges; at++) {
            entries.add(new ArrayList<>());
        }
        long now = 0;
        while (rows.next()) {
            byte[] key = rows.getBytes(2);
            if (key == null) {
                now = rows.getLong(4);
                continue;
            }
            QueueEntry entry = keys().entry(key, rows.getBytes(3));
            if (entry != null) {
                entries.get(rows.getInt(1) - 1).add(entry);
            }
        }
        return new QueuePage(entries, now);
    }

    @Override
    public long count(QueueRange range) {
        requireOpen();
        return connections.read(
                "counting a queue",
                connection -> {
                    try (PreparedStatement select =
                            connection.prepareStatement(schema.sql(COUNT))) {
                        select.setBytes(1, keys().from(range));
                        select.setBytes(2, keys().to(range));
                        try (ResultSet rows = select.executeQuery()) {
                            return rows.next() ? rows.getLong(1) : 0;
                        }
                    }
                });
    }

    @Override
    public int prune(QueueRange range) {
        requireOpen();
        return connections.write(
                "removing entries of a queue",
                connection -> {
                    try (PreparedStatement delete =
                            connection.prepareStatement(schema.sql(PRUNE))) {
                        delete.setBytes(1, keys().from(range));
                        delete.setBytes(2, keys().to(range));
                        delete.setInt(3, range.atMost());
                        return delete.executeUpdate();
                    }
                });
    }
}
