package dev.roster.jobs;

import java.util.function.LongSupplier;

/**
 * The store's clock, as far as it is known, in microseconds since 1970; never goes back. Each
 * answer says what it was between the sending of the question and the answer, and the offset to
 * this process's clock is kept within that. Safe for use by many threads.
 */
final class StoreTime {
    /** After this time an answer is too old to go by. */
    private static final long STALE_NANOS = 60_000_000_000L;

    private final LongSupplier nanos;
    private long offset;
    private long heardNanos;
    private boolean isKnown;
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
        offset = isKnown ? Math.clamp(offset, least, most) : least + (most - least) / 2;
        isKnown = true;
        heardNanos = afterNanos;
    }

    /** Whether the store should be asked. */
    synchronized boolean isStale() {
        return !isKnown || nanos() - heardNanos > STALE_NANOS;
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
