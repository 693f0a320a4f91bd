package dev.roster.jobs;

import dev.roster.store.QueueBatch;
import java.util.List;

/**
 * Jobs that are ready to be submitted, for a transaction of the caller's: they exist if that
 * commits. With a unique key or an id of the caller's, the batch is refused if it is taken.
 *
 * @param queue the queue's name
 * @param ids the jobs' ids, in their order
 * @param batch what has to be applied
 */
public record Submission(String queue, List<JobId> ids, QueueBatch batch) {
    public Submission {
        ids = List.copyOf(ids);
    }
}
