package dev.roster.jobs;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times in microseconds, as they are stored. */
final class Times {
    /** The last that anything can be due. */
    static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private Times() {}

    static long micros(Duration time) {
        return time.toSeconds() * 1_000_000 + time.toNanosPart() / 1000;
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
