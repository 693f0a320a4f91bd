package dev.roster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.util.List;

/** Small commits and what is there. */
public final class Puts {
    public static final Range ALL = Range.prefix("");

    private Puts() {}

    public static Commit put(String key, String value) {
        return new Commit(null, List.of(), List.of(new Operation.Put(key, Bytes.utf8(value))));
    }

    public static Commit putIn(StoreIdentity identity, String key, String value) {
        return new Commit(identity, List.of(), List.of(new Operation.Put(key, Bytes.utf8(value))));
    }

    public static long applied(Store store, String key, String value) {
        CommitResult result = store.commit(put(key, value));
        assertThat(result).isInstanceOf(CommitResult.Applied.class);
        return ((CommitResult.Applied) result).revision();
    }

    public static String value(Store store, String key) {
        List<Entry> found = store.read(Range.key(key)).entries();
        return found.isEmpty() ? "" : found.getFirst().value().toUtf8();
    }
}
