package dev.roster.cron;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.expression.Always;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.jobs.Schedule;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * The times of a cron expression by the clocks of a time zone.
 *
 * <p>An expression of five fields is that of Unix: minute, hour, day of the month, month, day of
 * the week; of the last two one is enough if both are restricted. One of six has seconds before
 * these, asks for both, and knows {@code L}, {@code W} and {@code #}; instead there may be {@code
 * @hourly}, {@code @daily}, {@code @weekly}, {@code @monthly} or {@code @yearly}.
 *
 * <p><b>When clocks are changed.</b> A time that does not exist that day is made up for when the
 * clocks have been put forward. A time that there is twice counts the first time. An expression for
 * every hour, with {@code *} in that field, goes by what the clocks show: what they never show is
 * left out, and what they show twice is due twice.
 */
public final class Cron implements Schedule {
    private static final int UNIX_FIELDS = 5;

    private final String expression;
    private final ZoneId zone;
    private final ExecutionTime times;
    private final boolean isHourly;

    private Cron(String expression, ZoneId zone, com.cronutils.model.Cron parsed) {
        this.expression = expression;
        this.zone = zone;
        this.times = ExecutionTime.forCron(parsed);
        this.isHourly = parsed.retrieve(CronFieldName.HOUR).getExpression() instanceof Always;
    }

    /**
     * The schedule of an expression in a time zone.
     *
     * @throws InvalidInputException it cannot be read, or never comes true
     */
    public static Cron of(String expression, ZoneId zone) {
        String trimmed = expression.strip().replaceAll("\\s+", " ");
        boolean isUnix = trimmed.split(" ").length == UNIX_FIELDS;
        CronType type = isUnix ? CronType.UNIX : CronType.SPRING53;
        Cron cron;
        try {
            CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(type));
            cron = new Cron(trimmed, zone, parser.parse(trimmed).validate());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    "The cron expression %s cannot be read: %s"
                            .formatted(Limits.quoted(expression), e.getMessage()));
        }
        if (cron.next(Instant.EPOCH).isEmpty()) {
            throw new InvalidInputException(
                    "The cron expression %s never comes true."
                            .formatted(Limits.quoted(expression)));
        }
        return cron;
    }

    @Override
    public Optional<Instant> next(Instant after) {
        return isHourly ? nextShown(after) : nextOnce(after);
    }

    /** Local times, each once; one that does not exist stands for the end of the gap. */
    private Optional<Instant> nextOnce(Instant after) {
        ZoneRules rules = zone.getRules();
        LocalDateTime local = LocalDateTime.ofInstant(after, zone);
        while (true) {
            Optional<LocalDateTime> next = nextLocal(local);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            local = next.get();
            ZoneOffsetTransition change = rules.getTransition(local);
            Instant at =
                    change != null && change.isGap()
                            ? change.getInstant()
                            : ZonedDateTime.of(local, zone)
                                    .withEarlierOffsetAtOverlap()
                                    .toInstant();
            if (at.isAfter(after)) {
                return Optional.of(at);
            }
        }
    }

    /** Whatever the clocks show, from one change of them to the next. */
    private Optional<Instant> nextShown(Instant after) {
        ZoneRules rules = zone.getRules();
        Instant begin = after;
        LocalDateTime local = LocalDateTime.ofInstant(after, zone);
        while (true) {
            ZoneOffset offset = rules.getOffset(begin);
            ZoneOffsetTransition change = rules.nextTransition(begin);
            Optional<LocalDateTime> next = nextLocal(local);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            Instant at = next.get().toInstant(offset);
            if (change == null || at.isBefore(change.getInstant())) {
                return Optional.of(at);
            }
            begin = change.getInstant();
            local = change.getDateTimeAfter().minusSeconds(1);
        }
    }

    /** The next local time that the expression means, as if clocks were never changed. */
    private Optional<LocalDateTime> nextLocal(LocalDateTime after) {
        ZonedDateTime from = after.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneOffset.UTC);
        return times.nextExecution(from).map(ZonedDateTime::toLocalDateTime);
    }

    @Override
    public String text() {
        return CronProvider.KIND + " " + zone.getId() + " " + expression;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cron cron && cron.text().equals(text());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
