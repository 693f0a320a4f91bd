package dev.roster.jobs;

import dev.roster.InvalidInputException;
import dev.roster.protocol.jobs.Draft;
import dev.roster.protocol.jobs.Proviso;
import dev.roster.protocol.jobs.Step;
import dev.roster.store.QueueBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Submits jobs to one queue. Any process that reaches the store may, member of a group or not. Safe
 * for use by many threads; what several submit at once goes to the store together.
 */
public final class Producer implements AutoCloseable {
    /** How long an id of the caller's is remembered, from when its job is due. */
    public static final Duration IDS_KEPT = Duration.ofDays(1);

    private final QueueOf queue;
    private final Submitter submitter;
    private final Preparer preparer;

    Producer(QueueOf queue) {
        this.queue = queue;
        this.preparer = new Preparer(queue);
        this.submitter = new Submitter(queue, preparer.ids());
    }

    /** The queue's name. */
    public String queue() {
        return queue.name;
    }

    /** Adds to each job the headers that carry its submitter's context. */
    public Producer withContext(JobContext value) {
        preparer.context(value);
        return this;
    }

    /**
     * Submits a job. When this returns, it is as durable as the store's commits are.
     *
     * @return the job's id; of a unique key or an id that is taken, that of the job that took it
     * @throws dev.roster.StoreUnavailableException nothing was submitted
     * @throws dev.roster.IndeterminateException it is not known whether it was; with an id of the
     *     caller's, submitting it again does no harm
     */
    public JobId submit(Job job) {
        return submitAll(List.of(job)).getFirst();
    }

    /**
     * Submits jobs, in as few commits as the store allows; if one of these fails, others may have
     * been applied. Otherwise as {@link #submit}.
     */
    public List<JobId> submitAll(List<Job> jobs) {
        long now = queue.now();
        List<Prepared> all = new ArrayList<>(jobs.size());
        for (Job job : jobs) {
            all.add(preparer.prepared(job, now));
        }
        submitter.submit(all);
        List<JobId> done = new ArrayList<>(all.size());
        for (Prepared one : all) {
            done.add(one.done == null ? one.id() : one.done);
        }
        return done;
    }

    /**
     * Makes jobs ready to be submitted in a transaction of the caller's. {@link #committed} after
     * that has them begin at once; without, they do within a second or so.
     *
     * @throws InvalidInputException they are too many for one transaction
     */
    public Submission prepare(Job... jobs) {
        long now = queue.now();
        List<JobId> all = new ArrayList<>();
        List<Proviso> provisos = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        for (Job job : jobs) {
            Prepared one = preparer.prepared(job, now);
            all.add(one.id());
            steps.add(one.put());
            Draft.Mark mark = one.mark();
            if (mark != null) {
                provisos.add(mark.free());
                steps.add(mark.put());
            }
        }
        QueueBatch batch = Wire.batch(provisos, steps);
        if (batch.size() > queue.queue.limits().operations()) {
            throw new InvalidInputException(
                    "%d jobs are too many for one transaction of this store; the limit is %d operations."
                            .formatted(jobs.length, queue.queue.limits().operations()));
        }
        return new Submission(queue.name, all, batch);
    }

    /** A submission was committed by the caller: consumers in this process look at once. */
    public void committed(Submission submission) {
        for (Pump pump : Handover.to(queue)) {
            submission.batch().wakes().forEach(pump::woken);
        }
    }

    /** Ends it; what was submitted stays. Calling it again does nothing. */
    @Override
    public void close() {
        queue.close();
    }
}
