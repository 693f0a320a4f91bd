package dev.roster.cli;

import dev.roster.jobs.JobId;
import dev.roster.jobs.Missed;
import dev.roster.jobs.RecurringJob;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A recurring job, for people and for programs. */
final class RecurringTexts {
    private RecurringTexts() {}

    static String line(RecurringJob job) {
        return KeyTexts.oneLine(
                "%s  %s%s  %s  %s%s"
                        .formatted(
                                job.name(),
                                job.task(),
                                job.key().isEmpty() ? "" : "  key " + job.key(),
                                job.schedule(),
                                next(job),
                                job.last() == null ? "" : "  last " + job.last()));
    }

    private static String next(RecurringJob job) {
        Instant next = job.next();
        if (job.paused()) {
            return "paused";
        }
        return next == null ? "not due any more, or of a kind not known here" : "next " + next;
    }

    /** All of it, a field a line. */
    static String all(RecurringJob job) {
        StringBuilder out = new StringBuilder();
        field(out, "name", job.name());
        field(out, "task", job.task());
        field(out, "key", job.key());
        field(out, "schedule", job.schedule());
        field(out, "missed", missed(job.missed()));
        field(out, "next", next(job));
        field(out, "last", job.last() == null ? "" : job.last().toString());
        field(out, "last job", id(job.lastJob()));
        return out.toString();
    }

    private static void field(StringBuilder out, String name, String value) {
        if (!value.isEmpty()) {
            out.append("%-12s %s\n".formatted(name, KeyTexts.oneLine(value)));
        }
    }

    private static String missed(Missed missed) {
        return switch (missed.policy()) {
            case SKIP -> "skip what is later than " + DurationConverter.show(missed.late());
            case RUN_LAST -> "the last one is made up for";
            case RUN_ALL -> "all are made up for, the last %d".formatted(missed.atMost());
        };
    }

    private static String id(@Nullable JobId id) {
        return id == null ? "" : id.toString();
    }

    static Json json(RecurringJob job) {
        Json json =
                new Json()
                        .put("name", job.name())
                        .put("task", job.task())
                        .put("key", job.key())
                        .put("schedule", job.schedule())
                        .put("paused", job.paused());
        Missed missed = job.missed();
        switch (missed.policy()) {
            case SKIP -> json.put("missed", "skip").put("lateMillis", missed.late().toMillis());
            case RUN_LAST -> json.put("missed", "last");
            case RUN_ALL -> json.put("missed", "all").put("atMost", missed.atMost());
        }
        time(json, "next", job.next());
        time(json, "last", job.last());
        return job.lastJob() == null
                ? json.putNull("lastJob")
                : json.put("lastJob", id(job.lastJob()));
    }

    private static void time(Json json, String name, @Nullable Instant time) {
        if (time == null) {
            json.putNull(name);
        } else {
            json.put(name, time.toEpochMilli());
        }
    }
}
