package dev.roster.protocol.jobs;

/**
 * How long after a failure a job is tried again: at most twice as long after each, so that what is
 * overloaded gets time, and by chance less, so that jobs that failed together do not come together.
 *
 * @param base half of the longest wait after the first failure, in microseconds
 * @param cap the longest that the wait becomes
 * @param jitter how much of it is left to chance: 0 for none, 1 for all of it
 */
public record Backoff(long base, long cap, double jitter) {
    /** The wait after so many failures; {@code chance} is 0 to 1. */
    public long delay(int failures, double chance) {
        int doublings = Math.min(failures, 40);
        long longest = base > cap >> doublings ? cap : Math.min(cap, base << doublings);
        return (long) (longest * (1 - jitter * chance));
    }
}
