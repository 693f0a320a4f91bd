package dev.roster.testkit.witness;

import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.store.ForwardingQueue;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueResult;
import dev.roster.store.StoreLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Passes everything on to a queue of jobs, and writes down each batch before it is sent and when it
 * is answered. Each carries a {@linkplain JobTrail mark}. Safe for use by many threads.
 */
final class RecordingQueue extends ForwardingQueue {
    private final HistoryFile history;
    private final String name = UUID.randomUUID().toString().substring(0, 13);
    private final AtomicLong number = new AtomicLong();

    RecordingQueue(Queue inner, HistoryFile history) {
        super(inner);
        this.history = history;
    }

    @Override
    public List<QueueResult> apply(List<QueueBatch> batches) {
        List<String> names = new ArrayList<>(batches.size());
        List<QueueBatch> marked = new ArrayList<>(batches.size());
        for (QueueBatch batch : batches) {
            String own = name + "." + number.incrementAndGet();
            names.add(own);
            marked.add(JobTrail.marked(batch, own));
            asked(own, batch);
        }
        List<QueueResult> results = behind().apply(marked);
        for (int n = 0; n < results.size(); n++) {
            String how = results.get(n).getClass().getSimpleName().toLowerCase(Locale.ROOT);
            history.write(QueueLines.answered(System.nanoTime(), names.get(n), how));
        }
        return results;
    }

    private void asked(String batchName, QueueBatch batch) {
        String owner = "";
        long revision = 0;
        for (Fence fence : batch.fences()) {
            for (Condition condition : fence.conditions()) {
                if (condition instanceof Condition.Unchanged same
                        && StoreKeys.isOfOwner(same.key())) {
                    owner = same.key();
                    revision = same.modified();
                }
            }
        }
        long at = System.nanoTime();
        history.write(QueueLines.asked(at, batchName, owner, revision, JobDeed.of(batch)));
    }

    @Override
    public StoreLimits limits() {
        StoreLimits all = behind().limits();
        return new StoreLimits(all.operations() - 1, all.valueBytes());
    }
}
