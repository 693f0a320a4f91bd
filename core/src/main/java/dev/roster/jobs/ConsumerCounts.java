package dev.roster.jobs;

/**
 * What a consumer has done since it began, and does now.
 *
 * @param started attempts that began
 * @param succeeded jobs that are done
 * @param retried attempts that failed, with another to come
 * @param dead jobs that were given up
 * @param expired jobs that were too late to begin
 * @param cancelled jobs that were cancelled while they were known here
 * @param givenBack attempts that were stopped for the next owner
 * @param lost attempts whose partition was lost
 * @param stuck handlers that did not stop
 * @param fenced batches that came too late
 * @param partitions owned now
 * @param waiting jobs that are read and wait to run
 * @param running jobs that run
 */
public record ConsumerCounts(
        long started,
        long succeeded,
        long retried,
        long dead,
        long expired,
        long cancelled,
        long givenBack,
        long lost,
        long stuck,
        long fenced,
        int partitions,
        int waiting,
        int running) {}
