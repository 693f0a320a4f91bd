package dev.roster.bench.schedulers;

import java.util.List;

/** One library that does jobs, in this process. */
interface JobSystem {
    /** Makes its tables, once for all processes. */
    void install() throws Exception;

    /** Submits one job, durably. */
    void submit(Work work) throws Exception;

    /** Submits many, as fast as the library can. */
    void submitAll(List<Work> all) throws Exception;

    /**
     * Submits jobs, each in a transaction with a row of the caller's.
     *
     * @throws UnsupportedOperationException it cannot
     */
    default void submitInTransactions(List<Work> all) throws Exception {
        throw new UnsupportedOperationException();
    }

    /**
     * Changes how jobs are submitted or done, before that begins.
     *
     * @throws UnsupportedOperationException it has no such setting
     */
    default void set(String what, int value) {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes one row of a table that has nothing else, in a transaction of its own.
     *
     * @throws UnsupportedOperationException it is not on PostgreSQL
     */
    default void commitBare() throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Begins to do jobs, so many at once. */
    void work(int atOnce) throws Exception;

    /** Leaves, as in a deploy. */
    void stop() throws Exception;

    /** How many that ran here or anywhere are not known to the store as done. */
    long unfinished() throws Exception;
}
