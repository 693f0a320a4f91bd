package dev.roster.sql.postgres;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Rows of one of the lists that a group of batches sends, in the order of their keys. */
final class PostgresQueueRows {
    private static final Comparator<Row> ORDER =
            (one, two) -> Arrays.compareUnsigned(one.key, two.key);

    private static final class Row {
        final int of;
        final byte[] key;
        final int kind;
        final byte @Nullable [] value;

        Row(int of, byte[] key, int kind, byte @Nullable [] value) {
            this.of = of;
            this.key = key;
            this.kind = kind;
            this.value = value;
        }
    }

    private final List<Row> rows = new ArrayList<>();

    void add(int of, byte[] key) {
        add(of, key, 0, null);
    }

    void add(int of, byte[] key, int kind, byte @Nullable [] value) {
        rows.add(new Row(of, key, kind, value));
    }

    /** Sorts, and sets two parameters: of which batch each is, and the keys. */
    void set(PGConnection arrays, PreparedStatement call, int parameter) throws SQLException {
        rows.sort(ORDER);
        int[] of = new int[rows.size()];
        byte[][] keys = new byte[rows.size()][];
        for (int at = 0; at < of.length; at++) {
            of[at] = rows.get(at).of;
            keys[at] = rows.get(at).key;
        }
        call.setArray(parameter, arrays.createArrayOf("int4", of));
        call.setArray(parameter + 1, arrays.createArrayOf("bytea", keys));
    }

    /** Sets two parameters: key and value of the only row. */
    void setOne(PreparedStatement insert, int parameter) throws SQLException {
        Row only = rows.getFirst();
        insert.setBytes(parameter, only.key);
        insert.setBytes(parameter + 1, only.value);
    }

    int size() {
        return rows.size();
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Sorts, and returns the keys. */
    Array keys(PGConnection arrays) throws SQLException {
        rows.sort(ORDER);
        return arrays.createArrayOf(
                "bytea", rows.stream().map(row -> row.key).toArray(byte[][]::new));
    }

    Array kinds(PGConnection arrays) throws SQLException {
        return arrays.createArrayOf("int4", rows.stream().mapToInt(row -> row.kind).toArray());
    }

    Array flags(PGConnection arrays) throws SQLException {
        boolean[] flags = new boolean[rows.size()];
        for (int at = 0; at < flags.length; at++) {
            flags[at] = rows.get(at).kind != 0;
        }
        return arrays.createArrayOf("bool", flags);
    }

    Array values(PGConnection arrays) throws SQLException {
        return arrays.createArrayOf(
                "bytea", rows.stream().map(row -> row.value).toArray(byte[][]::new));
    }
}
