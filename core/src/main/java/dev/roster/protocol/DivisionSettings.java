package dev.roster.protocol;

/**
 * How a member takes part in a division.
 *
 * @param name the division
 * @param shared what all members have to agree on
 * @param part the member's own part
 * @param attempts how often a key's work may fail before the key counts as failed, 0 for no limit
 * @param backoffNanos how long after the first failure the work is tried again; doubles each time
 * @param backoffMostNanos the longest that this becomes
 * @param stopNanos how long work may take to stop before its key is handed on without it
 * @param motion most owned keys that a rebalance moves at once
 */
public record DivisionSettings(
        String name,
        DivisionRecord shared,
        ParticipantRecord part,
        int attempts,
        long backoffNanos,
        long backoffMostNanos,
        long stopNanos,
        int motion) {}
