package dev.roster.protocol.jobs;

/**
 * How a consumer works. Times in microseconds.
 *
 * @param member who it is, for people
 * @param partitions how many the queue has
 * @param concurrency most jobs that run at once
 * @param prefetch most jobs that are read ahead
 * @param prefetchBytes most bytes of them
 * @param operations most operations of one batch
 * @param grace how long a job may go on when its partition is to be given up
 * @param stuck how long after an interrupt a job counts as stuck
 * @param keepsDone whether word of jobs that ended is kept
 */
public record JobsSettings(
        String member,
        int partitions,
        int concurrency,
        int prefetch,
        long prefetchBytes,
        int operations,
        long grace,
        long stuck,
        boolean keepsDone) {}
