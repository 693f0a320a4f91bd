package dev.roster.jobs;

import dev.roster.InvalidInputException;
import java.time.Duration;

/**
 * How a consumer works. Start from {@link #defaults} and change what differs.
 *
 * @param concurrency most jobs that run at once
 * @param prefetch most jobs that are read ahead; they are claimed by nobody, so it costs memory
 *     only
 * @param prefetchBytes most bytes of them
 * @param grace how long jobs may go on before they are interrupted, when their partition goes to
 *     another member
 * @param stuckAfter how long after an interrupt a job counts as stuck, and is given up on
 * @param weight this member's share of the partitions, relative to the others'
 * @param keepDone how long word of jobs that ended is kept; zero for not at all
 * @param keepDead how long dead letters are kept
 */
public record ConsumerOptions(
        int concurrency,
        int prefetch,
        long prefetchBytes,
        Duration grace,
        Duration stuckAfter,
        int weight,
        Duration keepDone,
        Duration keepDead) {
    /** Checks all limits. */
    public ConsumerOptions {
        if (concurrency < 1 || concurrency > 100_000 || prefetch < 1 || prefetch > 1_000_000) {
            throw new InvalidInputException(
                    "%d at once and %d read ahead: the limits are 1 to 100000 and 1 to 1000000."
                            .formatted(concurrency, prefetch));
        }
        if (prefetchBytes < 1 || grace.isNegative() || stuckAfter.isNegative()) {
            throw new InvalidInputException("A size or a time is too small.");
        }
        if (keepDone.isNegative() || keepDead.isNegative()) {
            throw new InvalidInputException("What ended cannot be kept for less than no time.");
        }
    }

    /**
     * 100 at once, 2000 or 16 MiB read ahead; a second of grace, so that a deploy hands over
     * quickly, and 10 to stop; ends kept for a day, dead letters for 30.
     */
    public static ConsumerOptions defaults() {
        return new ConsumerOptions(
                100,
                2000,
                16 << 20,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                1,
                Duration.ofDays(1),
                Duration.ofDays(30));
    }

    /** The same with another {@link #concurrency}. */
    public ConsumerOptions withConcurrency(int value) {
        return new ConsumerOptions(
                value, prefetch, prefetchBytes, grace, stuckAfter, weight, keepDone, keepDead);
    }

    /** The same with another {@link #prefetch}. */
    public ConsumerOptions withPrefetch(int value) {
        return new ConsumerOptions(
                concurrency, value, prefetchBytes, grace, stuckAfter, weight, keepDone, keepDead);
    }

    /** The same with another {@link #prefetchBytes}. */
    public ConsumerOptions withPrefetchBytes(long value) {
        return new ConsumerOptions(
                concurrency, prefetch, value, grace, stuckAfter, weight, keepDone, keepDead);
    }

    /** The same with another {@link #grace}. */
    public ConsumerOptions withGrace(Duration value) {
        return new ConsumerOptions(
                concurrency,
                prefetch,
                prefetchBytes,
                value,
                stuckAfter,
                weight,
                keepDone,
                keepDead);
    }

    /** The same with another {@link #stuckAfter}. */
    public ConsumerOptions withStuckAfter(Duration value) {
        return new ConsumerOptions(
                concurrency, prefetch, prefetchBytes, grace, value, weight, keepDone, keepDead);
    }

    /** The same with another {@link #weight}. */
    public ConsumerOptions withWeight(int value) {
        return new ConsumerOptions(
                concurrency, prefetch, prefetchBytes, grace, stuckAfter, value, keepDone, keepDead);
    }

    /** The same with another {@link #keepDone}. */
    public ConsumerOptions withKeepDone(Duration value) {
        return new ConsumerOptions(
                concurrency, prefetch, prefetchBytes, grace, stuckAfter, weight, value, keepDead);
    }

    /** The same with another {@link #keepDead}. */
    public ConsumerOptions withKeepDead(Duration value) {
        return new ConsumerOptions(
                concurrency, prefetch, prefetchBytes, grace, stuckAfter, weight, keepDone, value);
    }
}
