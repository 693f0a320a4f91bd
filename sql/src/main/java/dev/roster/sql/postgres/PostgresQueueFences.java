package dev.roster.sql.postgres;

import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.Limits;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** What batches are fenced by: each set of fences once, however many batches have it. */
final class PostgresQueueFences {
    private final Map<List<Fence>, Integer> sets = new LinkedHashMap<>();

    /** The number of a set, 0 for none. Its fences are of one store. */
    int number(List<Fence> fences) {
        return fences.isEmpty() ? 0 : sets.computeIfAbsent(fences, set -> sets.size() + 1);
    }

    /** Why a set does not hold: for the sake of this key, or of no key but the store. */
    static String why(byte @Nullable [] key) {
        return key == null
                ? "the store is another one than when the key was claimed"
                : "the ownership is over (%s has changed)"
                        .formatted(Limits.quoted(PostgresBatch.text(key)));
    }

    /** Sets four parameters. */
    void set(PGConnection arrays, PreparedStatement call, int parameter) throws SQLException {
        List<String> stores = new ArrayList<>();
        List<Integer> of = new ArrayList<>();
        List<byte[]> keys = new ArrayList<>();
        List<@Nullable Long> modified = new ArrayList<>();
        for (List<Fence> set : sets.keySet()) {
            stores.add(set.getFirst().store().id());
            for (Fence fence : set) {
                for (Condition condition : fence.conditions()) {
                    of.add(stores.size());
                    keys.add(PostgresBatch.bytes(condition.key()));
                    modified.add(
                            switch (condition) {
                                case Condition.Absent absent -> null;
                                case Condition.Unchanged unchanged -> unchanged.modified();
                            });
                }
            }
        }
        call.setArray(parameter, arrays.createArrayOf("text", stores.toArray(String[]::new)));
        call.setArray(parameter + 1, arrays.createArrayOf("int4", of.toArray(Integer[]::new)));
        call.setArray(parameter + 2, arrays.createArrayOf("bytea", keys.toArray(byte[][]::new)));
        call.setArray(parameter + 3, arrays.createArrayOf("int8", modified.toArray(Long[]::new)));
    }
}
