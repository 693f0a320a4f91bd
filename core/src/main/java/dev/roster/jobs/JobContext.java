package dev.roster.jobs;

import java.util.Map;

/**
 * Carries what belongs to the caller's thread from where a job is submitted to where it runs: a
 * trace, a tenant, a log's context.
 */
public interface JobContext {
    /** Headers for a job that this thread submits; its own ones win. */
    Map<String, String> capture();

    /**
     * Calls the handler in what the headers say.
     *
     * @throws Exception what the handler throws
     */
    void run(ActiveJob job, Body handler) throws Exception;

    /** The handler. */
    @FunctionalInterface
    interface Body {
        /**
         * Runs it.
         *
         * @throws Exception the attempt failed
         */
        void run() throws Exception;
    }
}
