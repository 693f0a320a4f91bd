package dev.roster.cli;

import dev.roster.jobs.JobState;
import dev.roster.jobs.JobView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** A job, for people and for programs. */
final class JobTexts {
    private JobTexts() {}

    static String line(JobView job) {
        StringBuilder out = new StringBuilder();
        out.append(
                "%-9s %s  %s%s  %s %s"
                        .formatted(
                                KeysCommand.lower(job.state()),
                                job.id(),
                                job.task().isEmpty() ? "(unreadable)" : job.task(),
                                job.key().isEmpty() ? "" : "  key " + job.key(),
                                isOver(job) ? "ended" : "due",
                                time(job.due())));
        JobView.Progress progress = job.progress();
        if (progress != null && progress.percent() > 0) {
            out.append("  %d %% %s".formatted(progress.percent(), progress.note()).stripTrailing());
        }
        if (job.attempts() > 0 && job.state() != JobState.DONE) {
            out.append("  %d attempts failed".formatted(job.attempts()));
        }
        String error = error(job);
        if (!error.isEmpty()) {
            out.append("  (%s)".formatted(error));
        }
        return KeyTexts.oneLine(out.toString());
    }

    /** All of it, a field a line. */
    static String all(JobView job) {
        StringBuilder out = new StringBuilder();
        field(out, "id", job.id().toString());
        field(out, "state", KeysCommand.lower(job.state()));
        field(out, "task", job.task());
        field(out, "key", job.key());
        if (!isOver(job) || job.state() == JobState.DEAD) {
            field(out, "priority", Integer.toString(job.priority()));
        }
        field(out, "submitted", time(job.submitted()));
        field(out, isOver(job) ? "ended" : "due", time(job.due()));
        String verb = job.state() == JobState.DONE ? "made" : "failed";
        field(out, "attempts", "%d %s".formatted(job.attempts(), verb));
        JobView.Progress progress = job.progress();
        if (progress != null) {
            String said =
                    "%d %% %s (attempt %d)"
                            .formatted(progress.percent(), progress.note(), progress.attempt());
            field(out, "progress", KeyTexts.oneLine(said));
            field(out, "checkpoint", ValueTexts.line(progress.checkpoint()));
        }
        field(out, "why", KeyTexts.oneLine(job.why()));
        field(out, "content", job.contentType());
        job.headers()
                .forEach((name, value) ->
                        field(out, "header", KeyTexts.oneLine(name + "=" + value)));
        field(out, "payload", ValueTexts.line(job.payload()));
        for (JobView.Failure error : job.errors()) {
            String who = error.member().isEmpty() ? "" : " in " + error.member();
            field(
                    out,
                    "error",
                    "attempt %d, %s%s: %s"
                            .formatted(
                                    error.attempt(),
                                    time(error.at()),
                                    who,
                                    KeyTexts.oneLine(error.message())));
            error.stack().lines().forEach(line -> out.append("             " + line + "\n"));
        }
        return out.toString();
    }

    private static void field(StringBuilder out, String name, String value) {
        if (!value.isEmpty()) {
            out.append("%-12s %s\n".formatted(name, value));
        }
    }

    static Json json(JobView job) {
        Json json =
                new Json()
                        .put("id", job.id().toString())
                        .put("state", KeysCommand.lower(job.state()))
                        .put("task", job.task())
                        .put("key", job.key())
                        .put("priority", job.priority())
                        .put("submitted", job.submitted().toEpochMilli())
                        .put(isOver(job) ? "ended" : "due", job.due().toEpochMilli())
                        .put("attempts", job.attempts())
                        .put("why", job.why())
                        .put("errors", job.errors().stream().map(JobTexts::json).toList())
                        .put("contentType", job.contentType())
                        .put("headers", headers(job.headers()))
                        .put("payload", ValueTexts.json(new Json(), job.payload()));
        JobView.Progress progress = job.progress();
        return progress == null
                ? json.putNull("progress")
                : json.put(
                        "progress",
                        new Json()
                                .put("attempt", progress.attempt())
                                .put("percent", progress.percent())
                                .put("note", progress.note())
                                .put(
                                        "checkpoint",
                                        ValueTexts.json(new Json(), progress.checkpoint())));
    }

    static Json headers(Map<String, String> headers) {
        Json json = new Json();
        headers.forEach(json::put);
        return json;
    }

    private static Json json(JobView.Failure error) {
        return new Json()
                .put("attempt", error.attempt())
                .put("at", error.at().toEpochMilli())
                .put("member", error.member())
                .put("message", error.message())
                .put("stack", error.stack());
    }

    private static String error(JobView job) {
        List<JobView.Failure> errors = job.errors();
        return !job.why().isEmpty() || errors.isEmpty() ? job.why() : errors.getLast().message();
    }

    private static boolean isOver(JobView job) {
        return job.state() != JobState.WAITING;
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
