package dev.roster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Short ways to write commits and to wait for what has to come. */
final class Commits {
    static final Range ALL = new Range("", null, Integer.MAX_VALUE);
    private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

    private Commits() {}

    static Commit put(String key, String value) {
        return new Commit(null, List.of(), List.of(new Operation.Put(key, Bytes.utf8(value))));
    }

    static Commit delete(String key) {
        return new Commit(null, List.of(), List.of(new Operation.Delete(key)));
    }

    static long applied(Store store, Commit commit) {
        CommitResult result = eventually(store, commit);
        assertThat(result).isInstanceOf(CommitResult.Applied.class);
        return ((CommitResult.Applied) result).revision();
    }

    /** The result of a commit, tried again while it certainly did nothing. */
    static CommitResult eventually(Store store, Commit commit) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        CommitResult result = store.commit(commit);
        while (result instanceof CommitResult.Failed && System.nanoTime() < end) {
            result = store.commit(commit);
        }
        return result;
    }

    /** Waits until a commit for a former life is refused for that; it is never applied. */
    static void mustBeAnotherStore(Store store, Commit commit) throws InterruptedException {
        // What went to the former server as it died may have no answer.
        await(
                "it is another store",
                () -> {
                    CommitResult result = store.commit(commit);
                    assertThat(result).isNotInstanceOf(CommitResult.Applied.class);
                    return result instanceof CommitResult.OtherStore;
                });
    }

    static Snapshot read(Store store, Range range) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                return store.read(range);
            } catch (StoreUnavailableException e) {
                assertThat(System.nanoTime()).as("%s", e.getMessage()).isLessThan(end);
            }
        }
    }

    static List<String> keys(Store store) {
        return read(store, ALL).entries().stream().map(Entry::key).toList();
    }

    static void mustReread(Watch watch) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            assertThat(System.nanoTime()).as("time to be told").isLessThan(end);
            try {
                if (watch.next(Duration.ofMillis(200)) instanceof Watch.Batch.MustReread) {
                    return;
                }
            } catch (StoreUnavailableException e) {
                assertThat(e).hasMessageContaining("Redis");
            }
        }
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(5);
        }
    }
}
