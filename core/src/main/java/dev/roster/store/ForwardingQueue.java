package dev.roster.store;

import java.util.List;
import java.util.function.IntConsumer;

/**
 * A queue that passes every call on to another; override what is to differ. A single batch is
 * passed on as a list of one. As safe for use by many threads as the other one.
 */
public abstract class ForwardingQueue implements Queue {
    private final Queue behind;

    /** Passes on to {@code behind}, and closes it when it is closed. */
    protected ForwardingQueue(Queue behind) {
        this.behind = behind;
    }

    /** The queue that calls are passed on to. */
    protected final Queue behind() {
        return behind;
    }

    @Override
    public String name() {
        return behind.name();
    }

    @Override
    public QueuePage read(List<QueueRange> ranges) {
        return behind.read(ranges);
    }

    @Override
    public long count(QueueRange range) {
        return behind.count(range);
    }

    @Override
    public List<QueueResult> apply(List<QueueBatch> batches) {
        return behind.apply(batches);
    }

    @Override
    public int prune(QueueRange range) {
        return behind.prune(range);
    }

    @Override
    public Waking listen(IntConsumer woken) {
        return behind.listen(woken);
    }

    @Override
    public StoreLimits limits() {
        return behind.limits();
    }

    @Override
    public void close() {
        behind.close();
    }
}
