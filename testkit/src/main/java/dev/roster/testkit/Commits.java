package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Short ways to write commits and to look at what they did. */
final class Commits {
    static final Range ALL = new Range("", null, Integer.MAX_VALUE);

    private Commits() {}

    static Operation put(String key, String value) {
        return new Operation.Put(key, Bytes.utf8(value));
    }

    static Operation delete(String key) {
        return new Operation.Delete(key);
    }

    /** The operations, whatever is there. */
    static Commit always(Operation... operations) {
        return new Commit(null, List.of(), List.of(operations));
    }

    /** The operations, if the condition holds. */
    static Commit on(Condition condition, Operation... operations) {
        return new Commit(null, List.of(condition), List.of(operations));
    }

    /** The revision of a commit that has to be applied. */
    static long applied(Store store, Commit commit) {
        CommitResult result = store.commit(commit);
        assertThat(result).isInstanceOf(CommitResult.Applied.class);
        return ((CommitResult.Applied) result).revision();
    }

    static long applied(Store store, Operation... operations) {
        return applied(store, always(operations));
    }

    /** Puts keys, each with itself as the value, in one commit. */
    static long fill(Store store, String... keys) {
        return applied(
                store, Arrays.stream(keys).map(key -> put(key, key)).toArray(Operation[]::new));
    }

    static List<String> keys(Store store, Range range) {
        return store.read(range).entries().stream().map(Entry::key).toList();
    }

    static @Nullable Entry find(Store store, String key) {
        List<Entry> entries = store.read(Range.key(key)).entries();
        assertThat(entries).hasSizeLessThanOrEqualTo(1);
        return entries.isEmpty() ? null : entries.getFirst();
    }

    /** The entry of a key that has to exist. */
    static Entry entry(Store store, String key) {
        Entry found = find(store, key);
        if (found == null) {
            throw new AssertionError("There is no " + key);
        }
        return found;
    }
}
