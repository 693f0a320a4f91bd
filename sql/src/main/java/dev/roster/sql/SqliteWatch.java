package dev.roster.sql;

import dev.roster.StoreIdentity;
import dev.roster.store.Range;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A position in a file's changes. */
final class SqliteWatch implements Watch {
    private final SqliteFile file;
    private final Range range;
    private final BooleanSupplier storeClosed;
    private final StoreIdentity identity;
    private long after;
    private volatile boolean closed;

    SqliteWatch(SqliteFile file, Range range, long after, BooleanSupplier storeClosed) {
        this.file = file;
        this.range = range;
        this.after = after;
        this.storeClosed = storeClosed;
        this.identity = file.tail().identity();
    }

    @Override
    public Batch next(Duration atMost) throws InterruptedException {
        SqliteTail.Found found =
                file.tail()
                        .after(
                                range,
                                after,
                                identity,
                                atMost.toNanos(),
                                () -> closed || storeClosed.getAsBoolean());
        List<dev.roster.Change> changes = found.changes();
        if (changes == null) {
            closed = true;
            return new Batch.MustReread(
                    "changes after revision %d are not kept, or the store is another one"
                            .formatted(after));
        }
        after = found.revision();
        return new Batch.Changes(changes, after);
    }

    @Override
    public void close() {
        closed = true;
        file.tail().wakeAll();
    }
}
