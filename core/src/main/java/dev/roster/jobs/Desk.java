package dev.roster.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.jobs.JobRun;
import dev.roster.protocol.jobs.ProgressRecord;
import dev.roster.protocol.jobs.Step;
import dev.roster.store.QueueBatch;
import org.jspecify.annotations.Nullable;

/** What a job that runs can ask of what runs it. */
interface Desk {
    /** What it saved last, or an attempt before it. */
    @Nullable ProgressRecord progress(JobRun run);

    /** Saves; returns the sequence of that, 0 if the job does not run any more. */
    long save(JobRun run, @Nullable Bytes checkpoint, int percent, String note, boolean urgent);

    /** Returns when what was saved is durable up to a sequence; false if it may never be. */
    boolean awaitSaved(ActiveJob job, long sequence) throws InterruptedException;

    /** What puts a job that follows. */
    Step followUp(Job job);

    /** What finishes the job, for a transaction of the caller's. */
    QueueBatch completion(ActiveJob job);
}
