package dev.roster.jobs;

import dev.roster.InvalidInputException;
import dev.roster.protocol.jobs.Backoff;
import java.time.Duration;

/**
 * How often a job is tried, and when again.
 *
 * @param attempts how often at most
 * @param base half of the longest wait after the first failure; it doubles with each
 * @param most the longest that the wait becomes
 * @param jitter how much of the wait is left to chance: 0 for none, 1 for all of it
 */
public record Retry(int attempts, Duration base, Duration most, double jitter) {
    /** Checks all limits. */
    public Retry {
        if (attempts < 1 || attempts > Job.ATTEMPTS) {
            throw new InvalidInputException(
                    "The number of attempts is %d, and the limit is 1 to %d."
                            .formatted(attempts, Job.ATTEMPTS));
        }
        boolean isTime = !base.isNegative() && base.compareTo(most) <= 0;
        if (!isTime || most.compareTo(Job.LONGEST) > 0) {
            throw new InvalidInputException(
                    "The wait begins with %s and ends with %s; the limit is 0 to %s."
                            .formatted(base, most, Job.LONGEST));
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new InvalidInputException(
                    "The jitter is %s, and the limit is 0 to 1.".formatted(jitter));
        }
    }

    /** 10 attempts, waits up to 10 seconds, then 20, 40, up to 10 minutes, all of it by chance. */
    public static Retry defaults() {
        return exponential(Duration.ofSeconds(5), Duration.ofMinutes(10), 10);
    }

    /** Waits that double, by chance shorter, so that jobs that failed together do not come so. */
    public static Retry exponential(Duration base, Duration most, int attempts) {
        return new Retry(attempts, base, most, 1);
    }

    /** One attempt. */
    public static Retry never() {
        return new Retry(1, Duration.ZERO, Duration.ZERO, 0);
    }

    Backoff backoff() {
        return new Backoff(Times.micros(base), Times.micros(most), jitter);
    }
}
