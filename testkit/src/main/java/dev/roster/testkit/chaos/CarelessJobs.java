package dev.roster.testkit.chaos;

import dev.roster.store.ForwardingQueue;
import dev.roster.store.ForwardingStore;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueCondition;
import dev.roster.store.QueueResult;
import dev.roster.store.Store;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A mistake on purpose: what owners record of jobs is sent late and without their fence, and what
 * is submitted is sent twice, without what tells that it is there. Shows whether a run notices.
 */
final class CarelessJobs extends ForwardingStore {
    private static final long LATE_MILLIS = 1000;

    private final boolean isFenced;

    private CarelessJobs(Store inner, boolean isFenced) {
        super(inner);
        this.isFenced = isFenced;
    }

    /** Leaves out fences; to be put below what writes down, so that it is known whose they were. */
    static Store unfenced(Store inner) {
        return new CarelessJobs(inner, false);
    }

    /** Sends late, and twice; to be put above that. */
    static Store late(Store inner) {
        return new CarelessJobs(inner, true);
    }

    @Override
    public Queue queue(String name) {
        return new CarelessQueue(behind().queue(name), isFenced);
    }

    private static final class CarelessQueue extends ForwardingQueue {
        private final boolean isFenced;

        CarelessQueue(Queue inner, boolean isFenced) {
            super(inner);
            this.isFenced = isFenced;
        }

        @Override
        public List<QueueResult> apply(List<QueueBatch> batches) {
            if (!isFenced) {
                return behind().apply(
                                batches.stream()
                                        .map(batch -> of(batch, batch.conditions()))
                                        .toList());
            }
            if (batches.stream().anyMatch(batch -> !batch.fences().isEmpty())) {
                if (ThreadLocalRandom.current().nextInt(4) == 0) {
                    pause();
                }
                return behind().apply(batches);
            }
            List<QueueBatch> bare = batches.stream().map(batch -> of(batch, List.of())).toList();
            List<QueueResult> results = behind().apply(bare);
            List<QueueResult> unused = behind().apply(bare);
            return results;
        }

        private static QueueBatch of(QueueBatch batch, List<QueueCondition> conditions) {
            return new QueueBatch(List.of(), conditions, batch.operations(), batch.wakes());
        }

        private static void pause() {
            try {
                Thread.sleep(LATE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
