package dev.roster.cron;

import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.jobs.Schedule;
import dev.roster.jobs.ScheduleProvider;
import java.time.DateTimeException;
import java.time.ZoneId;

/** Reads {@code cron ZONE EXPRESSION}. */
public final class CronProvider implements ScheduleProvider {
    static final String KIND = "cron";

    /** For {@link java.util.ServiceLoader}. */
    public CronProvider() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Schedule parse(String rest) {
        int space = rest.indexOf(' ');
        if (space < 0) {
            throw new InvalidInputException(
                    "A cron schedule is written as \"cron Europe/Berlin 30 3 * * *\", not as %s."
                            .formatted(Limits.quoted(KIND + " " + rest)));
        }
        return Cron.of(rest.substring(space + 1), zone(rest.substring(0, space)));
    }

    private static ZoneId zone(String id) {
        try {
            return ZoneId.of(id);
        } catch (DateTimeException e) {
            throw new InvalidInputException(
                    "No time zone %s is known here, such as Europe/Berlin or UTC."
                            .formatted(Limits.quoted(id)));
        }
    }
}
