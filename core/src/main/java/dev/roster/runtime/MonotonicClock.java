package dev.roster.runtime;

import dev.roster.protocol.Now;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The clock that leases are counted on: it never goes back, and counts the time that the machine
 * was suspended. {@link System#nanoTime} leaves that out on Linux, so it is compared with {@code
 * /proc/uptime}, which does not. Where there is no such file, a suspended machine is covered by
 * tokens only. Not safe for use by many threads, but for {@link #offsetNanos}.
 */
final class MonotonicClock {
    private static final Path UPTIME = Path.of("/proc/uptime");

    /** The file has a resolution of 10 ms; less than this is no suspension. */
    private static final long NOTICEABLE_NANOS = 100_000_000;

    private final boolean hasUptime = Files.isReadable(UPTIME);
    private long nanosAtLook = System.nanoTime();
    private long uptimeAtLook = uptimeNanos();
    private volatile long offsetNanos;

    /** Looks whether the machine was suspended; costs some 40 µs, so not on every event. */
    void look() {
        if (!hasUptime) {
            return;
        }
        long uptime = uptimeNanos();
        long nanos = System.nanoTime();
        long suspended = (uptime - uptimeAtLook) - (nanos - nanosAtLook);
        if (suspended > NOTICEABLE_NANOS) {
            // Written by this thread alone; volatile for those who read it.
            long offset = offsetNanos + suspended;
            offsetNanos = offset;
            nanosAtLook = nanos;
            uptimeAtLook = uptime;
        }
    }

    Now now() {
        return new Now(System.nanoTime() + offsetNanos, System.currentTimeMillis());
    }

    /** What this clock is ahead of {@link System#nanoTime}. */
    long offsetNanos() {
        return offsetNanos;
    }

    private long uptimeNanos() {
        if (!hasUptime) {
            return 0;
        }
        try {
            String text = Files.readString(UPTIME, StandardCharsets.US_ASCII);
            String seconds = text.substring(0, text.indexOf(' '));
            int point = seconds.indexOf('.');
            long whole = Long.parseLong(seconds.substring(0, point));
            long hundredths = Long.parseLong(seconds.substring(point + 1));
            return whole * 1_000_000_000 + hundredths * 10_000_000;
        } catch (IOException | RuntimeException e) {
            // Counts as no suspension, once: the next look compares with the same start.
            return uptimeAtLook;
        }
    }
}
