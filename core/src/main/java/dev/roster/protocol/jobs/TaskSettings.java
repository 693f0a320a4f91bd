package dev.roster.protocol.jobs;

/**
 * How jobs of one task are done.
 *
 * @param atMost most that run at once in this consumer; 0 for no limit of its own
 * @param order what a job waits for
 * @param perKey how many of one key run at once, if there is an order
 * @param attempts how often a job is tried that does not say so itself
 * @param backoff when it is tried again
 * @param timeout how long an attempt may run, in microseconds; 0 for no limit
 */
public record TaskSettings(
        int atMost, Order order, int perKey, int attempts, Backoff backoff, long timeout) {
    /** What a job with a key waits for. */
    public enum Order {
        /** For nothing. */
        NONE,
        /** For those of its key that stand before it, also while they are to be tried again. */
        BLOCK,
        /** For those of its key that stand before it, until they end or fail. */
        SKIP
    }
}
