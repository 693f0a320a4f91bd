package dev.roster.jobs;

/** Does the jobs of one task. */
@FunctionalInterface
public interface JobHandler {
    /**
     * Called on a virtual thread, for any number of jobs at once. Returning means that the job is
     * done.
     *
     * <p>It is interrupted when it has to stop: because its partition goes to another member, was
     * lost, the job was cancelled, or ran for too long. If it then throws, whatever it is, the
     * attempt is given back in the first two cases; if it returns, the job counts as done.
     *
     * @throws Exception the attempt failed, and the job is tried again after a while; or not, if it
     *     is a {@link JobFailedException}
     */
    void run(ActiveJob job) throws Exception;
}
