package dev.roster.testkit;

import static dev.roster.testkit.Commits.ALL;
import static dev.roster.testkit.Commits.applied;
import static dev.roster.testkit.Commits.entry;
import static dev.roster.testkit.Commits.find;
import static dev.roster.testkit.Commits.on;
import static dev.roster.testkit.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Many threads at once. */
interface ConcurrencyCases extends StoreCases {
    int THREADS = 8;
    int ROUNDS = 40;

    private Store of(int thread) {
        return thread % 2 == 0 ? store() : other();
    }

    @Test
    default void no_update_of_a_counter_is_lost() throws InterruptedException {
        applied(store(), put("n", "0"));
        Together.run(THREADS, thread -> () -> count(of(thread), ROUNDS));
        assertThat(entry(store(), "n").value().toUtf8()).isEqualTo("" + THREADS * ROUNDS);
    }

    private static int count(Store store, int times) {
        int tries = 0;
        for (int done = 0; done < times; tries++) {
            Entry now = entry(store, "n");
            int next = Integer.parseInt(now.value().toUtf8()) + 1;
            CommitResult result =
                    store.commit(on(Condition.unchanged(now), put("n", String.valueOf(next))));
            if (result instanceof CommitResult.Applied) {
                done++;
            } else {
                assertThat(result).isInstanceOf(CommitResult.Refused.class);
            }
        }
        return tries;
    }

    @Test
    default void a_refusal_holds_what_the_next_try_needs() throws InterruptedException {
        applied(store(), put("n", "0"));
        Together.run(THREADS, thread -> () -> countByRefusals(of(thread)));
        assertThat(entry(store(), "n").value().toUtf8()).isEqualTo("" + THREADS * ROUNDS);
    }

    private static int countByRefusals(Store store) {
        Entry now = entry(store, "n");
        for (int done = 0; done < ROUNDS; ) {
            int next = Integer.parseInt(now.value().toUtf8()) + 1;
            switch (store.commit(on(Condition.unchanged(now), put("n", "" + next)))) {
                case CommitResult.Applied applied -> {
                    done++;
                    now = entry(store, "n");
                }
                case CommitResult.Refused refused -> now = refused.found().getFirst();
                case CommitResult other -> throw new AssertionError(other);
            }
        }
        return ROUNDS;
    }

    @Test
    default void of_many_creators_one_wins() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            String key = "lock/" + round;
            List<CommitResult> results =
                    Together.run(
                            THREADS,
                            thread ->
                                    () ->
                                            of(thread)
                                                    .commit(
                                                            on(
                                                                    new Condition.Absent(key),
                                                                    put(key, "" + thread))));
            assertThat(results).filteredOn(CommitResult.Applied.class::isInstance).hasSize(1);
            assertThat(results)
                    .filteredOn(CommitResult.Refused.class::isInstance)
                    .hasSize(THREADS - 1)
                    .allSatisfy(result ->
                            assertThat(((CommitResult.Refused) result).found())
                                    .containsExactly(find(store(), key)));
        }
    }

    @Test
    default void readers_never_see_half_a_commit() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        applied(store(), put("a", "0"), put("m", "0"), put("z", "0"));
        Together.run(
                4,
                thread -> thread == 0 ? () -> writeThree(over) : () -> readThree(of(thread), over));
    }

    private int writeThree(AtomicBoolean over) {
        try {
            for (int round = 0; round < 300; round++) {
                String value = String.valueOf(round);
                applied(store(), put("a", value), put("m", value), put("z", value));
            }
            return 0;
        } finally {
            over.set(true);
        }
    }

    private static int readThree(Store store, AtomicBoolean over) {
        int reads = 0;
        long last = 0;
        do {
            Snapshot snapshot = store.read(ALL);
            assertThat(snapshot.entries().stream().map(Entry::value).distinct()).hasSize(1);
            assertThat(snapshot.entries())
                    .extracting(Entry::modified)
                    .containsOnly(snapshot.revision());
            assertThat(snapshot.revision()).isGreaterThanOrEqualTo(last);
            last = snapshot.revision();
            reads++;
        } while (!over.get());
        return reads;
    }

    @Test
    default void revisions_are_unique_and_seen_in_order() throws InterruptedException {
        List<List<Long>> revisions =
                Together.run(
                        THREADS,
                        thread ->
                                () -> {
                                    List<Long> own = new ArrayList<>();
                                    for (int round = 0; round < ROUNDS; round++) {
                                        own.add(applied(of(thread), put("k" + thread, "v")));
                                        long seen = of(thread + 1).read(ALL.limit(0)).revision();
                                        assertThat(seen).isGreaterThanOrEqualTo(own.getLast());
                                    }
                                    return own;
                                });
        assertThat(revisions).allSatisfy(own -> assertThat(own).isSorted());
        assertThat(revisions.stream().flatMap(List::stream)).doesNotHaveDuplicates();
    }

    @Test
    default void the_history_of_a_key_is_linearizable() throws InterruptedException {
        long first = applied(store(), put("x", "0"));
        List<List<KeyHistory.Step>> steps =
                Together.run(THREADS, thread -> () -> history(of(thread), thread));
        KeyHistory.check(first, steps.stream().flatMap(List::stream).toList());
    }

    private static List<KeyHistory.Step> history(Store store, int thread) {
        List<KeyHistory.Step> steps = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            Entry seen = store.read(Range.key("x")).entries().getFirst();
            steps.add(KeyHistory.read(begin, System.nanoTime(), seen.modified()));
            begin = System.nanoTime();
            CommitResult result =
                    store.commit(on(Condition.unchanged(seen), put("x", thread + "/" + round)));
            long end = System.nanoTime();
            switch (result) {
                case CommitResult.Applied done ->
                        steps.add(KeyHistory.write(begin, end, seen.modified(), done.revision()));
                case CommitResult.Refused refused ->
                        steps.add(
                                KeyHistory.read(begin, end, refused.found().getFirst().modified()));
                case CommitResult other -> throw new AssertionError(other);
            }
        }
        return steps;
    }
}
