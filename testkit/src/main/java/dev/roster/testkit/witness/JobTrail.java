package dev.roster.testkit.witness;

import dev.roster.Bytes;
import dev.roster.jobs.JobId;
import dev.roster.store.Place;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.Shelf;
import java.util.ArrayList;
import java.util.List;

/**
 * What recorded batches leave in their queue beside what they do, in partitions that the queue's
 * users do not have: a mark each, by which it shows that a batch was applied whose answer nobody
 * heard; and effects that are one transaction with the end of their job.
 */
public final class JobTrail {
    /** The header of a recorded job that names its submit, whatever it took to send it. */
    public static final String SUBMIT = "submit";

    /** Above all partitions of a queue of jobs. */
    static final int FIRST_PARTITION = 1 << 19;

    private JobTrail() {}

    /** Where the mark of a batch goes: beside what it changes, so that it waits for nobody else. */
    static int partition(QueueBatch batch) {
        for (QueueOperation operation : batch.operations()) {
            if (operation.partition() < FIRST_PARTITION) {
                return FIRST_PARTITION + operation.partition();
            }
        }
        return FIRST_PARTITION;
    }

    /** The same batch, that leaves a mark. */
    static QueueBatch marked(QueueBatch batch, String name) {
        Place place = new Place(0, 0, name);
        return with(batch, new QueueEntry(partition(batch), Shelf.TICKET, place, Bytes.EMPTY));
    }

    /**
     * The same batch with an effect of a job.
     *
     * @param name is no other effect's
     */
    public static QueueBatch withEffect(QueueBatch batch, JobId job, String name) {
        Place place = new Place(0, 0, name);
        int partition = FIRST_PARTITION + job.partition();
        return with(
                batch, new QueueEntry(partition, Shelf.DONE, place, Bytes.utf8(job.toString())));
    }

    private static QueueBatch with(QueueBatch batch, QueueEntry entry) {
        List<QueueOperation> operations = new ArrayList<>(batch.operations());
        operations.add(new QueueOperation.Put(entry));
        return new QueueBatch(batch.fences(), batch.conditions(), operations, batch.wakes());
    }
}
