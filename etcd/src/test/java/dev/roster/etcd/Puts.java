package dev.roster.etcd;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Short words for what the tests do to a store. */
final class Puts {
    static final Range ALL = Range.prefix("");

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private Puts() {}

    static Commit put(String key, String value) {
        return new Commit(null, List.of(), List.of(new Operation.Put(key, Bytes.utf8(value))));
    }

    static Commit delete(String key) {
        return new Commit(null, List.of(), List.of(new Operation.Delete(key)));
    }

    /** A put that is meant for the store as it is now. */
    static Commit here(Store store, String key, String value, Condition... conditions) {
        return new Commit(
                store.identity(),
                List.of(conditions),
                List.of(new Operation.Put(key, Bytes.utf8(value))));
    }

    static long applied(Store store, Commit commit) {
        CommitResult result = store.commit(commit);
        if (result instanceof CommitResult.Applied applied) {
            return applied.revision();
        }
        throw new AssertionError(result);
    }

    /** Tries until it is applied, as one does who knows that doing it twice does no harm. */
    static long eventually(Store store, Commit commit) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            CommitResult result = store.commit(commit);
            if (result instanceof CommitResult.Applied applied) {
                return applied.revision();
            }
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError(result);
            }
            Thread.sleep(50);
        }
    }

    /** What a watch tells up to a revision, however often it cannot be asked. */
    static List<Change> upTo(Watch watch, long revision) throws InterruptedException {
        List<Change> all = new ArrayList<>();
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE.toNanos()) {
            try {
                switch (watch.next(Duration.ofMillis(200))) {
                    case Watch.Batch.Changes changes -> {
                        all.addAll(changes.changes());
                        if (changes.revision() >= revision) {
                            return all;
                        }
                    }
                    case Watch.Batch.MustReread must -> throw new AssertionError(must.why());
                }
            } catch (StoreUnavailableException e) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError("not told up to " + revision + ", only " + all);
    }

    /** Waits for word that the range has to be read again. */
    static String mustReread(Watch watch) throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE.toNanos()) {
            try {
                if (watch.next(Duration.ofMillis(200)) instanceof Watch.Batch.MustReread must) {
                    return must.why();
                }
            } catch (StoreUnavailableException e) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError("not told to read again");
    }
}
