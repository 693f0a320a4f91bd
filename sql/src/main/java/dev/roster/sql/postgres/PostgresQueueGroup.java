package dev.roster.sql.postgres;

import dev.roster.sql.shared.EncodedBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Batches of queues that are applied by one call of the function {@code roster_queue_apply_1}. None
 * writes what another writes or looks at.
 */
final class PostgresQueueGroup {
    private static final int OPERATIONS = 4000;
    private static final long BYTES = 8L << 20;

    private static final String CALL =
            "SELECT * FROM :schema.roster_queue_apply_1(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static final QueueResult APPLIED = new QueueResult.Applied();

    private final List<EncodedBatch> batches = new ArrayList<>();
    private final Set<String> written = new HashSet<>();
    private final Set<String> lookedAt = new HashSet<>();
    private int noted;
    private int operations;
    private long bytes;

    /** Whether another batch may come along; a first one always may. */
    boolean hasRoomFor(EncodedBatch batch) {
        if (batches.isEmpty()) {
            return true;
        }
        if (operations + batch.batch().size() > OPERATIONS || bytes >= BYTES) {
            return false;
        }
        while (noted < batches.size()) {
            EncodedBatch before = batches.get(noted++);
            Collections.addAll(lookedAt, before.conditionNames());
            Collections.addAll(written, before.operationNames());
        }
        for (String looks : batch.conditionNames()) {
            if (written.contains(looks)) {
                return false;
            }
        }
        for (String writes : batch.operationNames()) {
            if (written.contains(writes) || lookedAt.contains(writes)) {
                return false;
            }
        }
        return true;
    }

    void add(EncodedBatch batch) {
        batches.add(batch);
        operations += batch.batch().size();
        bytes += batch.bytes();
    }

    int size() {
        return batches.size();
    }

    /**
     * Applies the batches, in a transaction of their own if the connection commits by itself.
     *
     * @param lockMillis how long to wait for what others have locked; null in a transaction of the
     *     application's, whose settings stay as they are
     * @return how each ended: applied, refused or fenced
     * @throws SQLException see {@link PostgresErrors#isUndone}
     */
    List<QueueResult> apply(
            Connection connection, PostgresSchema schema, @Nullable Integer lockMillis)
            throws SQLException {
        PostgresQueueFences fences = new PostgresQueueFences();
        PostgresQueueRows conditions = new PostgresQueueRows();
        PostgresQueueRows holds = new PostgresQueueRows();
        PostgresQueueRows takes = new PostgresQueueRows();
        PostgresQueueRows removes = new PostgresQueueRows();
        PostgresQueueRows puts = new PostgresQueueRows();
        int[] fencesOf = new int[batches.size()];
        boolean replaces = false;
        boolean putsAlone = true;
        for (int at = 0; at < batches.size(); at++) {
            int of = at + 1;
            EncodedBatch batch = batches.get(at);
            fencesOf[at] = fences.number(batch.batch().fences());
            Looks looks = new Looks(batch);
            for (int o = 0; o < batch.operations().size(); o++) {
                byte[] key = batch.operationKey(o);
                switch (batch.operations().get(o)) {
                    case QueueOperation.Take take -> {
                        takes.add(of, key);
                        putsAlone = false;
                    }
                    case QueueOperation.Remove remove -> {
                        removes.add(of, key);
                        putsAlone = false;
                    }
                    case QueueOperation.Put put -> {
                        boolean isNew = looks.absent(key);
                        puts.add(of, key, isNew ? 1 : 0, put.entry().value().toArray());
                        replaces |= !isNew && (looks.any(key) || isOftenReplaced(put));
                    }
                }
            }
            for (int c = 0; c < batch.conditions().size(); c++) {
                byte[] key = batch.conditionKey(c);
                boolean writes = looks.writes(key);
                switch (batch.conditions().get(c)) {
                    case QueueCondition.Absent absent -> {
                        conditions.add(of, key, 0, null);
                        if (!looks.puts(key)) {
                            holds.add(of, key);
                            putsAlone = false;
                        }
                    }
                    case QueueCondition.Present present -> {
                        conditions.add(of, key, writes ? -1 : 1, null);
                        putsAlone = false;
                    }
                    case QueueCondition.Same same -> {
                        conditions.add(of, key, writes ? -2 : 2, same.value().toArray());
                        putsAlone = false;
                    }
                }
            }
        }
        boolean isFenced = Arrays.stream(fencesOf).anyMatch(set -> set > 0);
        if (putsAlone && !replaces && !isFenced && !puts.isEmpty()) {
            boolean isDone = false;
            if (lockMillis == null) {
                // What is put while another is refused would have to go again.
                isDone =
                        conditions.isEmpty()
                                && PostgresQueueInsert.insertedWithin(connection, schema, puts);
            } else if (connection.getAutoCommit()) {
                isDone = PostgresQueueInsert.inserted(connection, schema, puts, lockMillis);
            }
            if (isDone) {
                return Collections.nCopies(batches.size(), APPLIED);
            }
        }
        try (PreparedStatement call = connection.prepareStatement(schema.sql(CALL))) {
            PGConnection arrays = connection.unwrap(PGConnection.class);
            call.setArray(1, arrays.createArrayOf("int4", fencesOf));
            fences.set(arrays, call, 2);
            conditions.set(arrays, call, 6);
            call.setArray(8, conditions.kinds(arrays));
            call.setArray(9, conditions.values(arrays));
            holds.set(arrays, call, 10);
            takes.set(arrays, call, 12);
            removes.set(arrays, call, 14);
            puts.set(arrays, call, 16);
            call.setArray(18, puts.values(arrays));
            call.setArray(19, puts.flags(arrays));
            call.setBoolean(20, replaces);
            call.setObject(21, lockMillis, Types.INTEGER);
            return results(call, fencesOf);
        }
    }

    private static boolean isOftenReplaced(QueueOperation.Put put) {
        return put.entry().shelf() == Shelf.PROGRESS;
    }

    private List<QueueResult> results(PreparedStatement call, int[] fencesOf) throws SQLException {
        Map<Integer, String> fenced = new HashMap<>();
        Map<Integer, Set<String>> refused = new HashMap<>();
        try (ResultSet rows = call.executeQuery()) {
            while (rows.next()) {
                int of = rows.getInt(2);
                byte[] key = rows.getBytes(3);
                if (rows.getString(1).equals("fenced")) {
                    fenced.putIfAbsent(of, PostgresQueueFences.why(key));
                } else {
                    refused.computeIfAbsent(of, n -> new HashSet<>())
                            .add(EncodedBatch.comparable(key));
                }
            }
        }
        PostgresErrors.requireReplicated(call);
        List<QueueResult> results = new ArrayList<>(batches.size());
        for (int at = 0; at < batches.size(); at++) {
            String why = fenced.get(fencesOf[at]);
            Set<String> failed = refused.get(at + 1);
            if (why != null) {
                results.add(new QueueResult.Fenced(why));
            } else if (failed != null) {
                results.add(new QueueResult.Refused(batches.get(at).failed(failed)));
            } else {
                results.add(APPLIED);
            }
        }
        return results;
    }

    /** What a batch looks at and writes besides. */
    private static final class Looks {
        private final Map<String, QueueCondition> conditions = new HashMap<>();
        private final Map<String, QueueOperation> operations = new HashMap<>();

        Looks(EncodedBatch batch) {
            if (batch.conditions().isEmpty()) {
                return;
            }
            for (int at = 0; at < batch.conditions().size(); at++) {
                conditions.put(
                        EncodedBatch.comparable(batch.conditionKey(at)),
                        batch.conditions().get(at));
            }
            for (int at = 0; at < batch.operations().size(); at++) {
                operations.put(
                        EncodedBatch.comparable(batch.operationKey(at)),
                        batch.operations().get(at));
            }
        }

        boolean any(byte[] key) {
            return !conditions.isEmpty() && conditions.containsKey(EncodedBatch.comparable(key));
        }

        boolean absent(byte[] key) {
            return !conditions.isEmpty()
                    && conditions.get(EncodedBatch.comparable(key))
                            instanceof QueueCondition.Absent;
        }

        boolean writes(byte[] key) {
            return operations.containsKey(EncodedBatch.comparable(key));
        }

        boolean puts(byte[] key) {
            return operations.get(EncodedBatch.comparable(key)) instanceof QueueOperation.Put;
        }
    }
}
