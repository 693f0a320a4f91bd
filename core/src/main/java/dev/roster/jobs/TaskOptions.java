package dev.roster.jobs;

import dev.roster.InvalidInputException;
import dev.roster.protocol.jobs.TaskSettings;
import java.time.Duration;

/**
 * How a consumer does the jobs of one task. Start from {@link #defaults} and change what differs.
 *
 * @param atMost most that run at once in this consumer; 0 for no limit but the consumer's
 * @param order what a job with a key waits for
 * @param perKey how many of one key run at once; with more than 1, order is only roughly kept
 * @param retry how often a job is tried that does not say so itself, and when again
 * @param timeout how long an attempt may run if the job does not say; zero for no limit
 */
public record TaskOptions(int atMost, Order order, int perKey, Retry retry, Duration timeout) {
    /** What a job with a key waits for. */
    public enum Order {
        /** For nothing: keys only say which jobs go to the same member. */
        NONE,
        /** For earlier jobs of its key, also while they wait to be tried again. */
        BLOCK,
        /** For earlier jobs of its key, until they end or fail. */
        SKIP
    }

    /** Checks all limits. */
    public TaskOptions {
        if (atMost < 0 || perKey < 1) {
            throw new InvalidInputException(
                    "At most %d at once and %d of a key: the limits are 0 and 1 at least."
                            .formatted(atMost, perKey));
        }
        if (timeout.isNegative() || timeout.compareTo(Job.LONGEST) > 0) {
            throw new InvalidInputException(
                    "The timeout is %s, and the limit is 0 to %s.".formatted(timeout, Job.LONGEST));
        }
    }

    /** No limit, no order, no timeout, and {@link Retry#defaults}. */
    public static TaskOptions defaults() {
        return new TaskOptions(0, Order.NONE, 1, Retry.defaults(), Duration.ZERO);
    }

    /** The same with another {@link #atMost}. */
    public TaskOptions withAtMost(int value) {
        return new TaskOptions(value, order, perKey, retry, timeout);
    }

    /** The same with another {@link #order}. */
    public TaskOptions withOrder(Order value) {
        return new TaskOptions(atMost, value, perKey, retry, timeout);
    }

    /** The same with another {@link #perKey}. */
    public TaskOptions withPerKey(int value) {
        return new TaskOptions(atMost, order, value, retry, timeout);
    }

    /** The same with another {@link #retry}. */
    public TaskOptions withRetry(Retry value) {
        return new TaskOptions(atMost, order, perKey, value, timeout);
    }

    /** The same with another {@link #timeout}. */
    public TaskOptions withTimeout(Duration value) {
        return new TaskOptions(atMost, order, perKey, retry, value);
    }

    TaskSettings settings() {
        TaskSettings.Order kind =
                switch (order) {
                    case NONE -> TaskSettings.Order.NONE;
                    case BLOCK -> TaskSettings.Order.BLOCK;
                    case SKIP -> TaskSettings.Order.SKIP;
                };
        return new TaskSettings(
                atMost, kind, perKey, retry.attempts(), retry.backoff(), Times.micros(timeout));
    }
}
