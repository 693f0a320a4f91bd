package dev.roster.redis;

import dev.roster.Change;
import dev.roster.store.Range;
import dev.roster.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** A position in the changes of one life. */
final class RedisWatch implements Watch {
    private final Tail tail;
    private final Range range;
    private final int topic;
    private final String life;
    private final boolean isForeign;
    private final BooleanSupplier storeClosed;
    private final AtomicBoolean ended = new AtomicBoolean();
    private long after;

    RedisWatch(Tail tail, Range range, long after, Known.Seen seen, BooleanSupplier storeClosed) {
        this.tail = tail;
        this.range = range;
        this.topic = Topic.of(range);
        this.after = after;
        this.life = seen.life();
        this.isForeign = after < seen.first();
        this.storeClosed = storeClosed;
        tail.begin(topic);
    }

    @Override
    public Batch next(Duration atMost) throws InterruptedException {
        if (isForeign && !ended.get()) {
            return mustReread("the store is another one than when that was read");
        }
        Tail.Found found =
                tail.after(
                        range,
                        topic,
                        after,
                        life,
                        atMost.toNanos(),
                        () -> ended.get() || storeClosed.getAsBoolean());
        List<Change> changes = found.changes();
        if (changes == null) {
            return mustReread("they are not kept, or the store is another one");
        }
        after = found.position();
        return new Batch.Changes(changes, after);
    }

    private Batch mustReread(String why) {
        close();
        return new Batch.MustReread("changes after revision %d: %s".formatted(after, why));
    }

    @Override
    public void close() {
        if (ended.compareAndSet(false, true)) {
            tail.end(topic);
        }
    }
}
