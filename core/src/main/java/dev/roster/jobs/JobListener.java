package dev.roster.jobs;

/** Told what happens to jobs in one consumer, on one thread, in order. */
@FunctionalInterface
public interface JobListener {
    /** Something happened to a job. What it throws is reported, and no harm is done. */
    void on(JobEvent event);
}
