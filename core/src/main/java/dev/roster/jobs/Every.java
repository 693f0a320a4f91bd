package dev.roster.jobs;

import dev.roster.InvalidInputException;
import dev.roster.Limits;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Every so often.
 *
 * @param interval how often
 * @param from the first time
 */
record Every(Duration interval, Instant from) implements Schedule {
    static final String KIND = "every";
    private static final String FROM = " from ";

    Every {
        boolean isInRange =
                interval.compareTo(Duration.ofSeconds(1)) >= 0
                        && interval.compareTo(Job.LONGEST) <= 0;
        if (!isInRange || !interval.equals(interval.truncatedTo(ChronoUnit.MICROS))) {
            throw new InvalidInputException(
                    "The interval is %s, and the limit is PT1S to %s, in full microseconds."
                            .formatted(interval, Job.LONGEST));
        }
        if (from.isBefore(Instant.EPOCH) || from.isAfter(Times.LAST)) {
            throw new InvalidInputException("A schedule cannot begin at " + from + ".");
        }
    }

    @Override
    public Optional<Instant> next(Instant after) {
        long first = Times.micros(from);
        long past = Times.micros(after) - first;
        long step = Times.micros(interval);
        long next = past < 0 ? first : first + (past / step + 1) * step;
        return Optional.of(Times.instant(next));
    }

    @Override
    public String text() {
        String often = KIND + " " + interval;
        return from.equals(Instant.EPOCH) ? often : often + FROM + from;
    }

    static Every parse(String rest) {
        int from = rest.indexOf(FROM);
        try {
            return from < 0
                    ? new Every(Duration.parse(rest), Instant.EPOCH)
                    : new Every(
                            Duration.parse(rest.substring(0, from)),
                            Instant.parse(rest.substring(from + FROM.length())));
        } catch (DateTimeException e) {
            throw new InvalidInputException(
                    "An interval is written as \"every PT5M\" or \"every PT5M from 2030-01-01T00:00:00Z\", not as %s."
                            .formatted(Limits.quoted(KIND + " " + rest)));
        }
    }
}
