package dev.roster.division;

import dev.roster.Affinity;
import dev.roster.InvalidInputException;
import dev.roster.KeyHash;
import java.time.Duration;

/**
 * How a member takes part in a division. Start from {@link #defaults} and change what differs.
 *
 * @param policy how affinities become shares of a key list; the same for all members
 * @param affinity how reluctant this member is to take more
 * @param weight this member's share of a key space, relative to the others'
 * @param atMost most keys that this member holds at once, 0 for no limit; a small number lets fast
 *     members take from a long list what slow ones have not begun
 * @param parallel most handlers that run at once, 0 for no limit; keys beyond it are held and wait
 * @param attempts how often a key's work may fail before the key counts as failed, 0 for no limit
 * @param backoff how long after a first failure the work is tried again; doubles with each
 * @param backoffMost the longest that this becomes
 * @param stopWithin how long work may take to stop before its key goes on without it
 * @param motion most owned keys that a rebalance moves at once
 * @param hash how routing keys become partitions of a key space; the same for all members
 */
public record DivisionOptions(
        Affinity.Policy policy,
        long affinity,
        int weight,
        int atMost,
        int parallel,
        int attempts,
        Duration backoff,
        Duration backoffMost,
        Duration stopWithin,
        int motion,
        KeyHash hash) {

    public DivisionOptions {
        Affinity.checked(affinity);
        checkRange("weight", weight, 0, 1_000_000);
        checkRange("atMost", atMost, 0, 1_000_000);
        checkRange("parallel", parallel, 0, 1_000_000);
        checkRange("attempts", attempts, 0, 1_000_000);
        checkRange("motion", motion, 1, 1_000_000);
        if (backoff.isNegative() || stopWithin.isNegative()) {
            throw new InvalidInputException("A duration cannot be negative.");
        }
    }

    private static void checkRange(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidInputException(
                    "%s is %d, and the limit is %d to %d.".formatted(what, value, least, most));
        }
    }

    /** Level shares, no limits, back-off from 1 second to 5 minutes, 30 seconds to stop. */
    public static DivisionOptions defaults() {
        return new DivisionOptions(
                Affinity.Policy.LEVEL,
                Affinity.DEFAULT,
                1,
                0,
                0,
                0,
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                500,
                KeyHash.FNV64_MIX13);
    }

    /** The same with another {@link #policy}. */
    public DivisionOptions withPolicy(Affinity.Policy value) {
        return new DivisionOptions(
                value,
                affinity,
                weight,
                atMost,
                parallel,
                attempts,
                backoff,
                backoffMost,
                stopWithin,
                motion,
                hash);
    }

    /** The same with another {@link #affinity}. */
    public DivisionOptions withAffinity(long value) {
        return new DivisionOptions(
                policy,
                value,
                weight,
                atMost,
                parallel,
                attempts,
                backoff,
                backoffMost,
                stopWithin,
                motion,
                hash);
    }

    /** The same with another {@link #weight}. */
    public DivisionOptions withWeight(int value) {
        return new DivisionOptions(
                policy,
                affinity,
                value,
                atMost,
                parallel,
                attempts,
                backoff,
                backoffMost,
                stopWithin,
                motion,
                hash);
    }

    /** The same with another {@link #atMost}. */
    public DivisionOptions withAtMost(int value) {
        return new DivisionOptions(
                policy,
                affinity,
                weight,
                value,
                parallel,
                attempts,
                backoff,
                backoffMost,
                stopWithin,
                motion,
                hash);
    }

    /** The same with another {@link #parallel}. */
    public DivisionOptions withParallel(int value) {
        return new DivisionOptions(
                policy,
                affinity,
                weight,
                atMost,
                value,
                attempts,
                backoff,
                backoffMost,
                stopWithin,
                motion,
                hash);
    }

    /** The same with other {@link #attempts}. */
    public DivisionOptions withAttempts(int value) {
        return new DivisionOptions(
                policy,
                affinity,
                weight,
                atMost,
                parallel,
                value,
                backoff,
                backoffMost,
                stopWithin,
                motion,
                hash);
    }

    /** The same with another {@link #backoff} and {@link #backoffMost}. */
    public DivisionOptions withBackoff(Duration first, Duration most) {
        return new DivisionOptions(
                policy,
                affinity,
                weight,
                atMost,
                parallel,
                attempts,
                first,
                most,
                stopWithin,
                motion,
                hash);
    }

    /** The same with another {@link #stopWithin}. */
    public DivisionOptions withStopWithin(Duration value) {
        return new DivisionOptions(
                policy,
                affinity,
                weight,
                atMost,
                parallel,
                attempts,
                backoff,
                backoffMost,
                value,
                motion,
                hash);
    }

    /** The same with another {@link #motion}. */
    public DivisionOptions withMotion(int value) {
        return new DivisionOptions(
                policy,
                affinity,
                weight,
                atMost,
                parallel,
                attempts,
                backoff,
                backoffMost,
                stopWithin,
                value,
                hash);
    }

    /** The same with another {@link #hash}. */
    public DivisionOptions withHash(KeyHash value) {
        return new DivisionOptions(
                policy,
                affinity,
                weight,
                atMost,
                parallel,
                attempts,
                backoff,
                backoffMost,
                stopWithin,
                motion,
                value);
    }
}
