package dev.roster.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a recurring job is due. Here are fixed intervals; the module {@code roster-cron} has cron
 * expressions, and a {@link ScheduleProvider} can add other kinds.
 */
public interface Schedule {
    /**
     * The first fire time after a time, in full microseconds; empty if there is none any more. Has
     * to be the same whenever and wherever it is asked.
     */
    Optional<Instant> next(Instant after);

    /** As a text: a word for the kind, a space, and what {@link #of} makes the same of again. */
    String text();

    /**
     * Every so often, a second at least: at the multiples of the interval since 1970, so that
     * "every 5 minutes" is at :00, :05 and so on.
     */
    static Schedule every(Duration interval) {
        return new Every(interval, Instant.EPOCH);
    }

    /** Every so often, a second at least: at a time first, and never before. */
    static Schedule every(Duration interval, Instant from) {
        return new Every(interval, from);
    }

    /**
     * The schedule of a text, such as {@code every PT5M} or, with {@code roster-cron} on the class
     * path, {@code cron Europe/Berlin 30 3 * * *}.
     *
     * @throws dev.roster.InvalidInputException it is of no kind that is known here, or it is wrong
     */
    static Schedule of(String text) {
        return ScheduleProviders.of(text);
    }
}
