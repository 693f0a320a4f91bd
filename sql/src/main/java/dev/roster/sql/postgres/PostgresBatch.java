package dev.roster.sql.postgres;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Commits that are applied by one call of the function {@code roster_commit_1}. None writes what
 * another writes or looks at, so the function can look at everything first, and write then.
 */
final class PostgresBatch {
    private static final int COMMITS = 256;
    private static final int OPERATIONS = 4000;
    private static final long BYTES = 8L << 20;

    /**
     * As much of what was found is sent back at once. The store is locked meanwhile: more than the
     * network holds could keep it so for as long as the process that asked is frozen.
     */
    private static final int ANSWER_BYTES = 32 * 1024;

    private static final String CALL =
            "SELECT * FROM :schema.roster_commit_1(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                    + ANSWER_BYTES
                    + ", ?)";

    /**
     * How a batch ended.
     *
     * @param results in the order of the commits; null where too much was found to be sent
     * @param position where the store is now
     * @param hasChanged whether anything changed
     * @param told keys of commits that changed something and are to be told at once
     * @param kept how many changes are kept for watches, and of how many bytes
     */
    record Outcome(
            List<@Nullable CommitResult> results,
            Position position,
            boolean hasChanged,
            List<String> told,
            long kept,
            long keptBytes) {}

    private final List<Commit> commits = new ArrayList<>();
    private final Set<String> written = new HashSet<>();
    private final Set<String> lookedAt = new HashSet<>();
    private int operations;
    private long bytes;

    /** Whether another commit may come along; a first one always may. */
    boolean hasRoomFor(Commit commit) {
        if (commits.isEmpty()) {
            return true;
        }
        if (commits.size() >= COMMITS || operations >= OPERATIONS || bytes >= BYTES) {
            return false;
        }
        for (Condition condition : commit.conditions()) {
            if (written.contains(condition.key())) {
                return false;
            }
        }
        for (Operation operation : commit.operations()) {
            if (written.contains(operation.key()) || lookedAt.contains(operation.key())) {
                return false;
            }
        }
        return true;
    }

    void add(Commit commit) {
        commits.add(commit);
        for (Condition condition : commit.conditions()) {
            lookedAt.add(condition.key());
        }
        for (Operation operation : commit.operations()) {
            written.add(operation.key());
            if (operation instanceof Operation.Put put) {
                bytes += put.value().size();
            }
        }
        operations += commit.conditions().size() + commit.operations().size();
    }

    int size() {
        return commits.size();
    }

    /**
     * Applies the commits in a transaction of their own.
     *
     * @param lockMillis how long to wait, and let everybody wait, for an entry that a guarded
     *     transaction holds
     * @throws SQLException see {@link PostgresErrors#isUndone}
     */
    Outcome apply(Connection connection, PostgresSchema schema, Position seen, int lockMillis)
            throws SQLException {
        try (PreparedStatement call = connection.prepareStatement(schema.sql(CALL))) {
            call.setString(1, seen.life());
            call.setLong(2, seen.revision());
            call.setLong(3, seen.stamp());
            call.setString(4, UUID.randomUUID().toString());
            call.setLong(5, ThreadLocalRandom.current().nextLong());
            setCommits(connection, call);
            call.setInt(13, lockMillis);
            Outcome outcome;
            try (ResultSet rows = call.executeQuery()) {
                outcome = read(rows);
            }
            PostgresErrors.requireReplicated(call);
            return outcome;
        }
    }

    private void setCommits(Connection connection, PreparedStatement call) throws SQLException {
        List<@Nullable String> stores = new ArrayList<>();
        List<Integer> conditionOf = new ArrayList<>();
        List<byte[]> conditionKey = new ArrayList<>();
        List<@Nullable Long> conditionModified = new ArrayList<>();
        List<Integer> operationOf = new ArrayList<>();
        List<byte[]> operationKey = new ArrayList<>();
        List<byte @Nullable []> operationValue = new ArrayList<>();
        for (int at = 0; at < commits.size(); at++) {
            Commit commit = commits.get(at);
            StoreIdentity store = commit.store();
            stores.add(store == null ? null : store.id());
            for (Condition condition : commit.conditions()) {
                conditionOf.add(at + 1);
                conditionKey.add(bytes(condition.key()));
                conditionModified.add(
                        switch (condition) {
                            case Condition.Absent absent -> null;
                            case Condition.Unchanged unchanged -> unchanged.modified();
                        });
            }
            for (Operation operation : commit.operations()) {
                operationOf.add(at + 1);
                operationKey.add(bytes(operation.key()));
                operationValue.add(
                        switch (operation) {
                            case Operation.Put put -> put.value().toArray();
                            case Operation.Delete delete -> null;
                        });
            }
        }
        call.setArray(6, connection.createArrayOf("text", stores.toArray()));
        call.setArray(7, connection.createArrayOf("int4", conditionOf.toArray(Integer[]::new)));
        call.setArray(8, connection.createArrayOf("bytea", conditionKey.toArray(byte[][]::new)));
        call.setArray(9, connection.createArrayOf("int8", conditionModified.toArray(Long[]::new)));
        call.setArray(10, connection.createArrayOf("int4", operationOf.toArray(Integer[]::new)));
        call.setArray(11, connection.createArrayOf("bytea", operationKey.toArray(byte[][]::new)));
        call.setArray(12, connection.createArrayOf("bytea", operationValue.toArray(byte[][]::new)));
    }

    private Outcome read(ResultSet rows) throws SQLException {
        List<@Nullable Refusal> refusals = new ArrayList<>();
        commits.forEach(commit -> refusals.add(null));
        while (rows.next()) {
            int of = rows.getInt(1);
            if (of == 0) {
                return outcome(rows, refusals);
            }
            Refusal refusal = refusals.get(of - 1);
            if (refusal == null) {
                refusal = new Refusal();
                refusals.set(of - 1, refusal);
            }
            refusal.add(rows);
        }
        throw new SQLException("roster_commit_1 returned no row for the batch", "XX000");
    }

    private Outcome outcome(ResultSet rows, List<@Nullable Refusal> refusals) throws SQLException {
        StoreIdentity identity = new StoreIdentity(rows.getString(3));
        long base = rows.getLong(4);
        Set<Integer> changing = new HashSet<>();
        if (rows.getArray(8).getArray() instanceof Integer[] numbers) {
            changing.addAll(List.of(numbers));
        }
        List<@Nullable CommitResult> results = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (int at = 0; at < commits.size(); at++) {
            Refusal refusal = refusals.get(at);
            boolean changes = changing.contains(at + 1);
            if (refusal != null) {
                results.add(refusal.result(identity));
            } else {
                results.add(new CommitResult.Applied(changes ? base + at + 1 : base));
            }
            if (changes && !commits.get(at).isQuiet()) {
                commits.get(at).operations().forEach(operation -> told.add(operation.key()));
            }
        }
        Position position = new Position(rows.getString(2), rows.getLong(11), rows.getLong(5));
        return new Outcome(
                results, position, !changing.isEmpty(), told, rows.getLong(6), rows.getLong(7));
    }

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }

    /** Why a commit was not applied. */
    private static final class Refusal {
        private final List<String> failed = new ArrayList<>();
        private final List<Entry> found = new ArrayList<>();
        private boolean isOther;
        private boolean isLarge;

        void add(ResultSet row) throws SQLException {
            String outcome = row.getString(2);
            isOther |= outcome.equals("other");
            isLarge |= outcome.equals("large");
            byte[] key = row.getBytes(9);
            if (key != null) {
                failed.add(text(key));
                byte[] value = row.getBytes(10);
                if (value != null) {
                    found.add(
                            new Entry(
                                    failed.getLast(),
                                    Bytes.of(value),
                                    row.getLong(11),
                                    row.getLong(12)));
                }
            }
        }

        @Nullable CommitResult result(StoreIdentity identity) {
            if (isOther) {
                return new CommitResult.OtherStore(identity);
            }
            return isLarge ? null : new CommitResult.Refused(failed, found);
        }
    }
}
