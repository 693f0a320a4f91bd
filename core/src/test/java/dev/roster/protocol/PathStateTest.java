package dev.roster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import dev.roster.store.KeyValueModel;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Utf8Order;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PathStateTest {
    private static final Range RANGE = Range.prefix("p/");

    private KeyValueModel store = new KeyValueModel(new StoreIdentity("s"), 1000);
    private Random random = new Random();
    private PathState state = newState();

    /** Made of what was told, and nothing else. */
    private final TreeMap<String, Entry> followed = new TreeMap<>(Utf8Order.COMPARATOR);

    private final TreeMap<String, Long> last = new TreeMap<>();
    private int told;
    private int changes;

    private static PathState newState() {
        return new PathState(Utf8Order.COMPARATOR, key -> key.startsWith("p/"), true);
    }

    @Test
    void what_is_told_leaves_nothing_out_and_nothing_is_told_twice() {
        for (int seed = 0; seed < 300; seed++) {
            begin(seed);
            for (int round = 0; round < 4; round++) {
                read();
                long compacted = -1;
                for (int n = random.nextInt(30); n > 0 && compacted < 0; n--) {
                    commit();
                    if (random.nextInt(3) == 0) {
                        follow();
                    }
                    if (random.nextInt(25) == 0) {
                        store.compactTo(store.revision());
                        compacted = store.changesAfter(RANGE, state.position()) == null ? 1 : -1;
                    }
                }
                if (compacted < 0) {
                    follow();
                    assertFollowed();
                }
            }
            read();
            follow();
            assertFollowed();
        }
        assertThat(told).isGreaterThan(5000);
    }

    @Test
    void while_nothing_is_compacted_each_change_after_its_page_is_told_once() {
        for (int seed = 0; seed < 200; seed++) {
            begin(seed);
            told = 0;
            changes = 0;
            read();
            int listed = told;
            int before = changes;
            for (int n = 0; n < 50; n++) {
                commit();
                follow();
            }
            follow();
            assertThat(told - listed).isBetween(changes - before, changes);
            assertFollowed();
        }
    }

    @Test
    void what_another_store_holds_at_the_same_revision_is_told() {
        for (boolean keepsValues : List.of(true, false)) {
            PathState kept =
                    new PathState(Utf8Order.COMPARATOR, key -> key.startsWith("p/"), keepsValues);
            store = new KeyValueModel(new StoreIdentity("s"), 1000);
            put("p/same", "1");
            put("p/other", "2");
            Snapshot before = store.read(RANGE);
            assertThat(kept.page(before.entries(), 2, null, before.identity())).hasSize(2);
            assertThat(kept.page(before.entries(), 2, null, before.identity())).isEmpty();
            store = new KeyValueModel(new StoreIdentity("went back"), 1000);
            put("p/same", "1");
            put("p/other", "else");
            Snapshot after = store.read(RANGE);
            List<PathState.Told> told = kept.page(after.entries(), 2, null, after.identity());
            assertThat(told).hasSize(keepsValues ? 1 : 2);
            assertThat(told)
                    .contains(
                            new PathState.Told.Updated(
                                    after.entries().getFirst(),
                                    keepsValues ? before.entries().getFirst() : null));
            assertThat(kept.page(after.entries(), 2, null, after.identity())).isEmpty();
        }
    }

    private void put(String key, String value) {
        store.commit(
                new Commit(null, List.of(), List.of(new Operation.Put(key, Bytes.utf8(value)))));
    }

    private void begin(long seed) {
        random = new Random(seed);
        store = new KeyValueModel(new StoreIdentity("s"), 1000);
        state = newState();
        followed.clear();
        last.clear();
        for (int n = random.nextInt(40); n > 0; n--) {
            commit();
        }
    }

    private void commit() {
        // Some characters are ordered otherwise in UTF-16 than in UTF-8.
        String letter = List.of("a", "b", "é", "\uFFFD", "\uD83C\uDFB2").get(random.nextInt(5));
        String key = (random.nextInt(6) == 0 ? "q/" : "p/") + letter + random.nextInt(6);
        boolean isThere = !store.read(Range.key(key)).entries().isEmpty();
        Operation operation =
                random.nextInt(3) == 0
                        ? new Operation.Delete(key)
                        : new Operation.Put(key, Bytes.utf8("v" + store.revision()));
        store.commit(new Commit(null, List.of(), List.of(operation)));
        if (key.startsWith("p/") && (isThere || operation instanceof Operation.Put)) {
            changes++;
        }
    }

    private void read() {
        int size = 1 + random.nextInt(5);
        Range rest = RANGE;
        while (true) {
            Snapshot page = store.read(rest.limit(size));
            @Nullable String upTo =
                    page.entries().size() < size ? null : page.entries().getLast().key();
            take(state.page(page.entries(), page.revision(), upTo, page.identity()));
            if (upTo == null) {
                return;
            }
            rest = rest.after(upTo);
            for (int n = random.nextInt(3); n > 0; n--) {
                commit();
            }
            if (random.nextInt(10) == 0) {
                // As if it had been begun on another store.
                state.abandon();
                rest = RANGE;
            }
        }
    }

    private void follow() {
        List<Change> found = store.changesAfter(RANGE, state.position());
        assertThat(found).isNotNull();
        if (found != null) {
            take(state.change(found, store.revision()));
        }
    }

    private void take(List<PathState.Told> all) {
        for (PathState.Told one : all) {
            told++;
            switch (one) {
                case PathState.Told.Listed listed -> put(listed.entry(), null);
                case PathState.Told.Created created -> put(created.entry(), null);
                case PathState.Told.Updated updated -> put(updated.entry(), updated.before());
                case PathState.Told.Deleted deleted -> {
                    assertThat(followed.remove(deleted.key())).isEqualTo(deleted.before());
                    assertThat(deleted.before()).isNotNull();
                    assertThat(deleted.revision()).isGreaterThan(seen(deleted.key()));
                    // One that was made again meanwhile is gone when it was made.
                    last.put(deleted.key(), deleted.revision() - 1);
                }
            }
        }
    }

    private long seen(String key) {
        return last.getOrDefault(key, 0L);
    }

    private void put(Entry entry, @Nullable Entry before) {
        assertThat(followed.put(entry.key(), entry)).isEqualTo(before);
        assertThat(entry.modified()).as("not twice").isGreaterThan(seen(entry.key()));
        last.put(entry.key(), entry.modified());
    }

    private void assertFollowed() {
        Map<String, Entry> there = new TreeMap<>();
        store.read(RANGE).entries().forEach(entry -> there.put(entry.key(), entry));
        assertThat(new TreeMap<>(followed)).isEqualTo(there);
        assertThat(new TreeMap<>(state.known())).isEqualTo(there);
    }
}
