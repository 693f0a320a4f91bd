package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.jobs.DoneRecord;
import dev.roster.protocol.jobs.EndState;
import dev.roster.protocol.jobs.JobRecord;
import dev.roster.protocol.jobs.JobRun;
import dev.roster.protocol.jobs.Ledger;
import dev.roster.protocol.jobs.Spot;
import dev.roster.protocol.jobs.Step;
import dev.roster.store.QueueBatch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What goes along with the end of a job. */
final class Finishing {
    private final QueueOf queue;
    private final Preparer preparer;
    private final boolean keepsDone;

    Finishing(QueueOf queue, @Nullable JobContext context, boolean keepsDone) {
        this.queue = queue;
        this.keepsDone = keepsDone;
        this.preparer = new Preparer(queue);
        if (context != null) {
            preparer.context(context);
        }
    }

    Step followUp(Job job) {
        Prepared prepared = preparer.prepared(job, queue.time.now());
        return new Step.Put(
                prepared.partition, Ledger.WORK, Wire.spot(prepared.place), prepared.value);
    }

    /** What finishes a job, in a transaction of the caller's. */
    QueueBatch completion(ActiveJob job) {
        JobRun run = job.run();
        JobRecord record = run.job();
        int partition = run.partition();
        String id = run.spot().id();
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Take(partition, Ledger.WORK, run.spot()));
        steps.add(new Step.Remove(partition, Ledger.PROGRESS, new Spot(0, 0, id)));
        steps.addAll(job.followUps());
        if (keepsDone) {
            long now = queue.time.now();
            DoneRecord.Line line =
                    new DoneRecord.Line(
                            id,
                            record.task(),
                            record.key(),
                            EndState.DONE,
                            run.attempt(),
                            record.submitted(),
                            now);
            Bytes value = new DoneRecord(List.of(line)).toBytes();
            steps.add(new Step.Put(partition, Ledger.DONE, new Spot(0, now, id), value));
        }
        return Wire.batch(List.of(job.fence()), steps, wakes(steps, -1));
    }

    /** The partitions that get work by these steps, but one. */
    static Set<Integer> wakes(List<Step> steps, int but) {
        Set<Integer> wakes = new LinkedHashSet<>();
        for (Step step : steps) {
            if (step instanceof Step.Put put
                    && put.ledger() == Ledger.WORK
                    && put.partition() != but) {
                wakes.add(put.partition());
            }
        }
        return wakes;
    }
}
