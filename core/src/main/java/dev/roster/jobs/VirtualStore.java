package dev.roster.jobs;

import dev.roster.store.ForwardingStore;
import dev.roster.store.MemoryStore;
import dev.roster.store.Queue;
import java.util.concurrent.atomic.AtomicLong;

/** A store in memory whose clock stands still until it is set. */
final class VirtualStore extends ForwardingStore {
    /** In microseconds since 1970. */
    final AtomicLong clock;

    VirtualStore(long begin) {
        super(new MemoryStore());
        clock = new AtomicLong(begin);
    }

    @Override
    public Queue queue(String name) {
        return Queue.over(behind(), name, () -> Times.instant(clock.get()));
    }
}
