package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.store.KeyValueModel;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations do to a store what they do to {@link KeyValueModel}. */
interface ModelCases extends StoreCases {
    int STEPS = 400;
    List<String> KEYS =
            List.of("a", "a/", "a/b", "a/b/c", "a0", "b", "z", "é", "\uD7FF", "\uFF5E", "😀", "%");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    default void random_operations_do_what_they_do_to_the_model(long seed)
            throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        Snapshot begin = store().read(Commits.ALL);
        KeyValueModel model = new KeyValueModel(begin.identity(), STEPS * 10);
        Revisions revisions = new Revisions(begin.revision());
        try (Watch watch = other().watch(Commits.ALL, begin.revision())) {
            for (int step = 0; step < STEPS; step++) {
                String at = "seed " + seed + " step " + step;
                Store by = random.nextBoolean() ? store() : other();
                if (random.nextInt(4) == 0) {
                    Range range = range(random);
                    assertThat(by.read(range).entries())
                            .as(at)
                            .isEqualTo(revisions.entries(model.read(range).entries()));
                } else {
                    Commit drawn = commit(random, model);
                    CommitResult expected = model.commit(drawn);
                    CommitResult real = by.commit(revisions.translated(drawn));
                    if (expected instanceof CommitResult.Applied applied) {
                        assertThat(real).as(at).isInstanceOf(CommitResult.Applied.class);
                        revisions.pair(applied, (CommitResult.Applied) real);
                    } else {
                        assertThat(real).as(at).isEqualTo(revisions.translated(expected));
                    }
                }
            }
            List<Change> changes = model.changesAfter(Commits.ALL, 0);
            assertThat(changes).isNotNull();
            assertThat(Watching.upTo(watch, revisions.last()))
                    .as("seed " + seed)
                    .isEqualTo(changes == null ? List.of() : revisions.changes(changes));
        }
    }

    private static Range range(SplittableRandom random) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        Range range =
                switch (random.nextInt(4)) {
                    case 0 -> Range.prefix(key);
                    case 1 -> Range.key(key);
                    case 2 -> new Range(key, KEYS.get(random.nextInt(KEYS.size())), 100);
                    default -> new Range(key, null, 100);
                };
        return random.nextInt(3) == 0 ? range.limit(random.nextInt(4)) : range;
    }

    private static Commit commit(SplittableRandom random, KeyValueModel model) {
        List<Condition> conditions = new ArrayList<>();
        for (int many = random.nextInt(3); many > 0; many--) {
            conditions.add(condition(random, model));
        }
        Map<String, Operation> operations = new LinkedHashMap<>();
        for (int many = random.nextInt(4); many > 0; many--) {
            String key = KEYS.get(random.nextInt(KEYS.size()));
            operations.put(
                    key,
                    random.nextInt(3) == 0
                            ? new Operation.Delete(key)
                            : new Operation.Put(key, value(random)));
        }
        return new Commit(null, conditions, List.copyOf(operations.values()));
    }

    private static Bytes value(SplittableRandom random) {
        int number = random.nextInt(100);
        return number < 25 ? Bytes.EMPTY : Bytes.utf8("v" + number);
    }

    /** Holds most of the time, so that much gets applied. */
    private static Condition condition(SplittableRandom random, KeyValueModel model) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        List<Entry> found = model.read(Range.key(key)).entries();
        boolean honest = random.nextInt(5) > 0;
        if (found.isEmpty() == honest) {
            return new Condition.Absent(key);
        }
        return found.isEmpty()
                ? new Condition.Unchanged(key, Math.max(1, model.revision()))
                : Condition.unchanged(found.getFirst());
    }

    /** A store may leave revisions out: those of the model are told by those of the store. */
    final class Revisions {
        private final Map<Long, Long> real = new LinkedHashMap<>();
        private long last;

        Revisions(long begin) {
            real.put(0L, begin);
            last = begin;
        }

        void pair(CommitResult.Applied model, CommitResult.Applied store) {
            Long known = real.putIfAbsent(model.revision(), store.revision());
            if (known == null) {
                assertThat(store.revision()).isGreaterThan(last);
                last = store.revision();
            } else {
                assertThat(store.revision()).isEqualTo(known);
            }
        }

        long last() {
            return last;
        }

        private long of(long model) {
            Long known = real.get(model);
            return known == null ? Long.MAX_VALUE : known;
        }

        private Entry entry(Entry entry) {
            return new Entry(entry.key(), entry.value(), of(entry.created()), of(entry.modified()));
        }

        List<Entry> entries(List<Entry> entries) {
            return entries.stream().map(this::entry).toList();
        }

        List<Change> changes(List<Change> changes) {
            List<Change> translated = new ArrayList<>();
            for (Change change : changes) {
                Entry now = change.now();
                translated.add(
                        new Change(
                                change.key(),
                                now == null ? null : entry(now),
                                of(change.revision())));
            }
            return translated;
        }

        Commit translated(Commit commit) {
            List<Condition> conditions = new ArrayList<>();
            for (Condition condition : commit.conditions()) {
                conditions.add(
                        condition instanceof Condition.Unchanged unchanged
                                ? new Condition.Unchanged(unchanged.key(), of(unchanged.modified()))
                                : condition);
            }
            return new Commit(commit.store(), conditions, commit.operations());
        }

        CommitResult translated(CommitResult result) {
            return result instanceof CommitResult.Refused refused
                    ? new CommitResult.Refused(refused.failed(), entries(refused.found()))
                    : result;
        }
    }
}
