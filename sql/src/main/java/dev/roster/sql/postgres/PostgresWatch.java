package dev.roster.sql.postgres;

import dev.roster.Change;
import dev.roster.store.Range;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A position in the changes that the tail follows. */
final class PostgresWatch implements Watch {
    private final PostgresTail tail;
    private final Range range;
    private final BooleanSupplier storeClosed;
    private final PostgresTail.Interest interest;
    private long after;
    private volatile boolean closed;

    PostgresWatch(PostgresTail tail, Range range, long after, BooleanSupplier storeClosed) {
        this.tail = tail;
        this.range = range;
        this.after = after;
        this.storeClosed = storeClosed;
        this.interest = tail.interested(range);
    }

    @Override
    public Batch next(Duration atMost) throws InterruptedException {
        PostgresTail.Found found =
                tail.after(
                        interest,
                        after,
                        atMost.toNanos(),
                        () -> closed || storeClosed.getAsBoolean());
        List<Change> changes = found.changes();
        if (changes == null) {
            close();
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
        tail.lostInterest(interest);
        tail.wakeAll();
    }

    @Override
    public String toString() {
        return "watch of " + range + " after " + after;
    }
}
