package dev.roster.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyValueModelTest {
    private static final Range ALL = Range.prefix("");
    private final StoreIdentity identity = new StoreIdentity("one");
    private final KeyValueModel model = new KeyValueModel(identity, 10);

    private CommitResult put(String key, Condition... conditions) {
        Operation put = new Operation.Put(key, Bytes.utf8(key));
        return model.commit(new Commit(identity, List.of(conditions), List.of(put)));
    }

    private CommitResult delete(String key) {
        return model.commit(new Commit(null, List.of(), List.of(new Operation.Delete(key))));
    }

    @Test
    void aKeyKeepsItsCreationUntilItIsDeleted() {
        assertThat(put("k")).isEqualTo(new CommitResult.Applied(1));
        assertThat(put("k")).isEqualTo(new CommitResult.Applied(2));
        assertThat(model.read(ALL).entries())
                .containsExactly(new Entry("k", Bytes.utf8("k"), 1, 2));
        assertThat(delete("k")).isEqualTo(new CommitResult.Applied(3));
        assertThat(put("k")).isEqualTo(new CommitResult.Applied(4));
        assertThat(model.read(ALL).entries().getFirst().created()).isEqualTo(4);
    }

    @Test
    void aConditionThatDoesNotHoldRefusesTheWholeAndSaysWhatWasThere() {
        put("k");
        Operation put = new Operation.Put("other", Bytes.EMPTY);
        Commit commit =
                new Commit(
                        null,
                        List.of(
                                new Condition.Absent("k"),
                                new Condition.Unchanged("none", 1),
                                new Condition.Absent("none")),
                        List.of(put));
        assertThat(model.commit(commit))
                .isEqualTo(
                        new CommitResult.Refused(
                                List.of("k", "none"),
                                List.of(new Entry("k", Bytes.utf8("k"), 1, 1))));
        assertThat(model.read(ALL).entries()).hasSize(1);
        assertThat(put("k", new Condition.Unchanged("k", 1)))
                .isInstanceOf(CommitResult.Applied.class);
        assertThat(put("k", new Condition.Unchanged("k", 1)))
                .isInstanceOf(CommitResult.Refused.class);
    }

    @Test
    void anotherStoreIsToldApart() {
        KeyValueModel restored = model.copy(new StoreIdentity("two"));
        assertThat(restored.commit(new Commit(identity, List.of(), List.of())))
                .isEqualTo(new CommitResult.OtherStore(new StoreIdentity("two")));
    }

    @Test
    void aCommitThatChangesNothingHasNoRevisionOfItsOwn() {
        put("k");
        assertThat(delete("none")).isEqualTo(new CommitResult.Applied(1));
        assertThat(model.changesAfter(ALL, 1)).isEmpty();
    }

    @Test
    void aWatchGetsEachChangeOfItsRangeOrWordThatTheyAreGone() {
        put("a/1");
        put("b/1");
        put("a/2");
        delete("a/1");
        assertThat(model.changesAfter(Range.prefix("a/"), 1))
                .extracting(Change::key, Change::revision)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a/2", 3L),
                        org.assertj.core.groups.Tuple.tuple("a/1", 4L));
        model.compactTo(2);
        assertThat(model.changesAfter(ALL, 1)).isNull();
        assertThat(model.changesAfter(ALL, 2)).hasSize(2);
        assertThat(model.changesAfter(ALL, 5)).as("a revision ahead").isNull();
    }

    @Test
    void keysAreInTheOrderOfTheirBytes() {
        for (String key : List.of("\uD83D\uDE80", "\uFFFD", "a", "é", "Z")) {
            put(key);
        }
        assertThat(model.read(ALL).entries())
                .extracting(Entry::key)
                .containsExactly("Z", "a", "é", "\uFFFD", "\uD83D\uDE80");
        assertThat(model.read(ALL.limit(2)).entries()).hasSize(2);
        assertThat(model.read(ALL.after("a").limit(1)).entries())
                .extracting(Entry::key)
                .containsExactly("é");
    }
}
