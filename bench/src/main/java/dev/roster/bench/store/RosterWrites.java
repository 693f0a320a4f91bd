package dev.roster.bench.store;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.store.Store;
import java.util.List;

/** Writes by the store. */
final class RosterWrites implements Writes {
    private final Store store;

    RosterWrites(String url) {
        store = Store.open(url);
    }

    @Override
    public void commit(String key, byte[] value) {
        CommitResult result =
                store.commit(
                        new Commit(
                                null, List.of(), List.of(new Operation.Put(key, Bytes.of(value)))));
        if (!(result instanceof CommitResult.Applied)) {
            throw new IllegalStateException(result.toString());
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
