package dev.roster.sql.postgres;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.StoreIdentity;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads entries, each time in one statement, and so at one moment. */
final class PostgresReads {
    /** An older state is found and marked at most so often within one read. */
    private static final int LOOKS = 3;

    /** What every reading begins with: where the store is, and whether it was where we saw it. */
    // That it is one row has to be said: without statistics, as in the first minute, the server
    // would reckon with a thousand, and compile each statement for longer than it runs.
    static final String HEAD =
            """
            SELECT m.life, m.revision, m.stamp, m.compacted,
                'postgresql-' || s.system_identifier || '-'
                    || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '-' || m.life,
                (SELECT c.stamp FROM :schema.roster_changes c WHERE c.revision = ? LIMIT 1)
            """;

    // The first row has the head, and the others have entries: to tell it with each of thousands
    // costs the server more than they do.
    private static final String RANGE =
            HEAD
                    + """
                    , NULL::bytea AS key, NULL::bytea, NULL::bigint, NULL::bigint
                    FROM :schema.roster_meta m CROSS JOIN pg_control_system() s
                    WHERE m.id = 1
                    UNION ALL
                    SELECT NULL, NULL, NULL, NULL, NULL, NULL, e.key, e.value, e.created, e.modified
                    FROM (
                        SELECT x.key, x.value, x.created, x.modified FROM :schema.roster_entries x
                        WHERE x.key >= ? %s ORDER BY x.key LIMIT ?) e
                    ORDER BY key NULLS FIRST
                    """;

    private static final String SOME =
            HEAD
                    + """
                    , e.key, e.value, e.created, e.modified
                    FROM :schema.roster_meta m CROSS JOIN pg_control_system() s
                    LEFT JOIN :schema.roster_entries e ON e.key = ANY (?)
                    WHERE m.id = 1
                    """;

    private final PostgresConnections connections;
    private final PostgresSchema schema;
    private final Position.Furthest seen;
    private final Supplier<CommitResult> notice;

    /**
     * @param notice marks a store that went back in time
     */
    PostgresReads(
            PostgresConnections connections,
            PostgresSchema schema,
            Position.Furthest seen,
            Supplier<CommitResult> notice) {
        this.connections = connections;
        this.schema = schema;
        this.seen = seen;
        this.notice = notice;
    }

    /**
     * The position at which a reading found the store, or null if it went back since {@code
     * before}.
     */
    static @Nullable Position position(ResultSet row, Position before) throws SQLException {
        Position now = new Position(row.getString(1), row.getLong(2), row.getLong(3));
        long stamp = row.getLong(6);
        boolean isRewritten =
                !row.wasNull() && now.life().equals(before.life()) && stamp != before.stamp();
        return now.isBehind(before) || isRewritten ? null : now;
    }

    Snapshot read(Range range) {
        String to = range.to();
        String sql = schema.sql(RANGE.formatted(to == null ? "" : "AND x.key < ?"));
        return look(
                "reading",
                (connection, before) -> {
                    try (PreparedStatement select = connection.prepareStatement(sql)) {
                        int at = 1;
                        select.setLong(at++, before.revision());
                        select.setBytes(at++, PostgresBatch.bytes(range.from()));
                        if (to != null) {
                            select.setBytes(at++, PostgresBatch.bytes(to));
                        }
                        select.setInt(at, range.atMost());
                        return snapshot(select, before);
                    }
                });
    }

    /** Why a commit is refused, read afterwards; null if it is not any more. */
    CommitResult.@Nullable Refused refusal(Commit commit) {
        byte[][] keys =
                commit.conditions().stream()
                        .map(condition -> PostgresBatch.bytes(condition.key()))
                        .toArray(byte[][]::new);
        Snapshot snapshot =
                look(
                        "reading what a commit found",
                        (connection, before) -> {
                            try (PreparedStatement select =
                                    connection.prepareStatement(schema.sql(SOME))) {
                                select.setLong(1, before.revision());
                                select.setArray(2, connection.createArrayOf("bytea", keys));
                                return snapshot(select, before);
                            }
                        });
        Map<String, Entry> there = new LinkedHashMap<>();
        snapshot.entries().forEach(entry -> there.put(entry.key(), entry));
        List<String> failed = new ArrayList<>();
        List<Entry> found = new ArrayList<>();
        for (Condition condition : commit.conditions()) {
            Entry entry = there.get(condition.key());
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
        return failed.isEmpty() ? null : new CommitResult.Refused(failed, found);
    }

    private interface Look {
        @Nullable Snapshot at(Connection connection, Position before) throws SQLException;
    }

    private Snapshot look(String what, Look look) {
        String why = "";
        for (int times = 0; times < LOOKS; times++) {
            Position before = seen.get();
            Snapshot snapshot = connections.read(what, connection -> look.at(connection, before));
            if (snapshot != null) {
                return snapshot;
            }
            // An older state was put in place: until it has another life, nobody may take it for
            // the present.
            why = notice.get().toString();
        }
        throw new StoreUnavailableException(
                "PostgreSQL at %s went back to an older state, and that could not be marked: %s"
                        .formatted(connections.where(), why));
    }

    private @Nullable Snapshot snapshot(PreparedStatement select, Position before)
            throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            if (!rows.next() || rows.getString(1) == null) {
                return null;
            }
            Position now = position(rows, before);
            if (now == null) {
                return null;
            }
            String identity = rows.getString(5);
            do {
                byte[] key = rows.getBytes(7);
                if (key != null) {
                    entries.add(
                            new Entry(
                                    PostgresBatch.text(key),
                                    Bytes.of(rows.getBytes(8)),
                                    rows.getLong(9),
                                    rows.getLong(10)));
                }
            } while (rows.next());
            seen.saw(now);
            return new Snapshot(entries, now.revision(), new StoreIdentity(identity));
        }
    }
}
