package dev.roster.jobs;

import dev.roster.protocol.jobs.JobsMachine;
import dev.roster.protocol.jobs.Step;
import dev.roster.store.QueueBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes along with the end of a job. */
final class Finishing {
    private final QueueOf queue;
    private final Preparer preparer;

    Finishing(QueueOf queue, @Nullable JobContext context) {
        this.queue = queue;
        this.preparer = new Preparer(queue);
        if (context != null) {
            preparer.context(context);
        }
    }

    Step followUp(Job job) {
        return preparer.prepared(job, queue.time.now()).put();
    }

    /** What finishes a job, in a transaction of the caller's. */
    QueueBatch completion(JobsMachine machine, ActiveJob job) {
        List<Step> steps = machine.completion(job.run(), job.followUps(), queue.time.now());
        return Wire.batch(List.of(job.fence()), steps, Step.worked(steps));
    }
}
