package dev.roster.jobs;

import java.util.function.LongSupplier;

/**
 * The store's clock, as far as it is known, in microseconds since 1970; never goes back. Each
 * answer says what it was between the sending of the question and the answer, and the offset to
 * this process's clock is kept within that. It begins with the least: a job that is put as if it
 * were a little earlier is begun at once, one that is put as if it were later has to wait. Safe for
 * use by many threads.
 */
final class StoreTime {
    /** After this time an answer is too old to go by. */
    private static final long STALE_NANOS = 60_000_000_000L;

    /** An answer that takes longer, as the first of a process do, says too little. */
    private static final long SLOW_NANOS = 2_000_000;

    /** How many slow answers are enough. */
    private static final int ENOUGH = 4;

    private final LongSupplier nanos;
    private long offset;
    private long heardNanos;
    private int answers;
    private long last;

    StoreTime(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** This process's clock. */
    long nanos() {
        return nanos.getAsLong();
    }

    /** The store said what its clock was, somewhen between two times of this process. */
    synchronized void heard(long micros, long beforeNanos, long afterNanos) {
        long least = micros - afterNanos / 1000;
        long most = micros - beforeNanos / 1000;
        offset = answers > 0 ? Math.clamp(offset, least, most) : least;
        boolean isSlow = afterNanos - beforeNanos > SLOW_NANOS;
        answers = isSlow ? Math.min(answers + 1, ENOUGH) : ENOUGH;
        heardNanos = afterNanos;
    }

    /** Whether the store should be asked. */
    synchronized boolean isStale() {
        return answers < ENOUGH || nanos() - heardNanos > STALE_NANOS;
    }

    synchronized long now() {
        last = Math.max(last, nanos() / 1000 + offset);
        return last;
    }

    /** What {@link System#nanoTime} is at a time. */
    synchronized long nanosUntil(long micros) {
        long wait = micros - nanos() / 1000 - offset;
        return Math.clamp(wait, 0, 3_600_000_000L) * 1000;
    }
}
