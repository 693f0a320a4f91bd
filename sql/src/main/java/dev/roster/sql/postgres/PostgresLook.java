package dev.roster.sql.postgres;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.StoreIdentity;
import dev.roster.store.Range;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One look at a store: where it is, what changed after a revision, and which ties hold. One
 * statement, and so one moment.
 *
 * @param position where the store is; null if it went back since it was last seen
 * @param identity which store it is
 * @param run which run of the server
 * @param compacted changes up to here are not kept
 * @param changes whole commits, in order
 * @param upTo the revision that the changes reach
 * @param isAll whether that is the present
 * @param held the ties that hold, of those asked for
 */
record PostgresLook(
        @Nullable Position position,
        StoreIdentity identity,
        String run,
        long compacted,
        List<Change> changes,
        long upTo,
        boolean isAll,
        Set<Long> held) {
    /** Changes in one look; more than one commit can have. */
    private static final int PAGE = 3000;

    // As with entries, the first row has the head.
    private static final String SQL =
            PostgresReads.HEAD
                    + """
                    , pg_postmaster_start_time()::text, %s,
                    NULL::bigint AS at, NULL::bytea, NULL::bytea, NULL::bigint, NULL::int AS ordinal
                    FROM :schema.roster_meta m CROSS JOIN pg_control_system() s
                    WHERE m.id = 1
                    UNION ALL
                    SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                        c.revision, c.key, c.value, c.created, c.ordinal
                    FROM (
                        SELECT x.revision, x.ordinal, x.key, x.value, x.created FROM :schema.roster_changes x
                        WHERE x.revision > ?
                            AND x.revision <= (SELECT n.revision FROM :schema.roster_meta n WHERE n.id = 1)
                            AND x.key >= ? %s
                        ORDER BY x.revision, x.ordinal LIMIT %d) c
                    ORDER BY at NULLS FIRST, ordinal
                    """;

    private static final String HELD =
            """
            (SELECT array_agg((l.classid::bigint << 32) | l.objid::bigint) FROM pg_locks l
                WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
                AND ((l.classid::bigint << 32) | l.objid::bigint) = ANY (?))
            """;

    /**
     * Looks.
     *
     * @param seen the furthest that was seen, to notice that the store went back
     */
    static @Nullable PostgresLook at(
            Connection connection,
            PostgresSchema schema,
            Position seen,
            Range range,
            long after,
            List<Long> ties)
            throws SQLException {
        String to = range.to();
        String sql = sql(schema, range, !ties.isEmpty());
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int at = 1;
            select.setLong(at++, seen.revision());
            if (!ties.isEmpty()) {
                select.setArray(at++, connection.createArrayOf("int8", ties.toArray()));
            }
            select.setLong(at++, after);
            select.setBytes(at++, PostgresBatch.bytes(range.from()));
            if (to != null) {
                select.setBytes(at, PostgresBatch.bytes(to));
            }
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getString(1) != null ? read(rows, seen) : null;
            }
        }
    }

    /** The statement: which store it is, the present revision, the ties if wanted, the changes. */
    static String sql(PostgresSchema schema, Range range, boolean withTies) {
        return schema.sql(
                SQL.formatted(
                        withTies ? HELD : "NULL::bigint[]",
                        range.to() == null ? "" : "AND x.key < ?",
                        PAGE));
    }

    private static PostgresLook read(ResultSet rows, Position seen) throws SQLException {
        Position position = PostgresReads.position(rows, seen);
        long present = rows.getLong(2);
        long compacted = rows.getLong(4);
        StoreIdentity identity = new StoreIdentity(rows.getString(5));
        String run = rows.getString(7);
        Set<Long> held = new HashSet<>();
        if (rows.getArray(8) != null && rows.getArray(8).getArray() instanceof Long[] numbers) {
            held.addAll(List.of(numbers));
        }
        List<Change> changes = new ArrayList<>();
        while (rows.next()) {
            changes.add(change(rows, PostgresBatch.text(rows.getBytes(10))));
        }
        boolean isAll = changes.size() < PAGE;
        long upTo = present;
        if (!isAll) {
            // The last commit may go on.
            long last = changes.getLast().revision();
            changes.removeIf(change -> change.revision() == last);
            upTo = last - 1;
        }
        return new PostgresLook(position, identity, run, compacted, changes, upTo, isAll, held);
    }

    private static Change change(ResultSet rows, String key) throws SQLException {
        long revision = rows.getLong(9);
        byte[] value = rows.getBytes(11);
        Entry now =
                value == null ? null : new Entry(key, Bytes.of(value), rows.getLong(12), revision);
        return new Change(key, now, revision);
    }
}
