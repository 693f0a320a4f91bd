package dev.roster.cli;

import dev.roster.jobs.Job;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Missed;
import dev.roster.jobs.RecurringJob;
import dev.roster.jobs.Schedule;
import dev.roster.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a recurring job, or changes one. */
@Command(
        name = "add",
        description = {
            "Makes a recurring job, or changes the one of that name.",
            "The workers of the queue submit its jobs, each fire time once; while there are none,"
                    + " nothing is. The same again changes nothing."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it is there",
            "1:an error; trying again does no harm",
            "2:the command line is wrong",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster jobs recurring add -s sqlite:work.db nightly report all \\",
            "      --cron '30 3 * * *' --zone Europe/Berlin --expires 6h",
            "  roster jobs recurring add -s sqlite:work.db alive ping --every 30s --missed skip"
        })
final class RecurringAddCommand implements Callable<Integer> {
    /** What becomes of fire times that nobody was there for. */
    enum Policy {
        SKIP,
        LAST,
        ALL
    }

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Mixin private StoreChoice where = new StoreChoice();

    @Mixin private QueueName queue = new QueueName();

    @Mixin private JobDetails details = new JobDetails();

    @Option(
            names = "--every",
            paramLabel = "TIME",
            description = "An interval; due at its multiples, so 5m is at :00, :05 and so on.")
    private @Nullable Duration every;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = "With --every: at this time first, such as 2030-01-31T09:00:00Z.")
    private @Nullable Instant from;

    @Option(
            names = "--cron",
            paramLabel = "EXPRESSION",
            description =
                    "Minute, hour, day of the month, month, day of the week; with six fields,"
                            + " seconds first.")
    private @Nullable String cron;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "With --cron: whose clocks, such as Europe/Berlin. Default: UTC.")
    private @Nullable String zone;

    @Option(
            names = "--missed",
            paramLabel = "POLICY",
            defaultValue = "last",
            description = {
                "What of the fire times that passed without a worker is made up for: skip, last or"
                        + " all. Default: ${DEFAULT-VALUE}."
            })
    private Policy missed = Policy.LAST;

    @Option(
            names = "--at-most",
            paramLabel = "N",
            description = "With --missed all: the last N. Default: 100.")
    private int atMost;

    @Option(
            names = "--late",
            paramLabel = "TIME",
            description = "With --missed skip: from when on it is missed. Default: 1m.")
    private @Nullable Duration late;

    @Option(names = "--json", description = "Writes JSON.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "NAME", description = "The recurring job's name.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "TASK", description = "What is to be done.")
    private String task = "";

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "PAYLOAD",
            description = "To what, as text; - reads it from standard input. Default: nothing.")
    private @Nullable String payload;

    @Override
    public Integer call() throws IOException {
        if (payload != null && details.hasFile()) {
            throw wrong("Give one payload: as argument or by --file.");
        }
        Schedule schedule = schedule();
        Missed policy = missed();
        Job job = details.job(task, details.payload(payload), null);
        try (Store store = where.open();
                JobsAdmin admin = Jobs.admin(store, queue.name())) {
            admin.recurring().put(name, schedule, job, policy);
            RecurringJob made = admin.recurring().find(name).orElse(null);
            if (made != null) {
                System.out.println(
                        json ? RecurringTexts.json(made).toString() : RecurringTexts.line(made));
            }
        }
        return ExitCodes.OK;
    }

    private Schedule schedule() {
        Duration interval = every;
        String expression = cron;
        if ((interval == null) == (expression == null)) {
            throw wrong("Give --every or --cron, one of them.");
        }
        if ((zone != null && expression == null) || (from != null && interval == null)) {
            throw wrong(zone != null ? "--zone goes with --cron." : "--from goes with --every.");
        }
        if (expression != null) {
            return Schedule.of("cron %s %s".formatted(zone == null ? "UTC" : zone, expression));
        }
        Duration known = interval == null ? Duration.ZERO : interval;
        Instant begin = from;
        return begin == null ? Schedule.every(known) : Schedule.every(known, begin);
    }

    private Missed missed() {
        Duration lateness = late;
        if ((atMost != 0 && missed != Policy.ALL) || (lateness != null && missed != Policy.SKIP)) {
            throw wrong(
                    atMost != 0
                            ? "--at-most goes with --missed all."
                            : "--late goes with --missed skip.");
        }
        return switch (missed) {
            case SKIP -> lateness == null ? Missed.skip() : Missed.skip(lateness);
            case LAST -> Missed.runLast();
            case ALL -> Missed.runAll(atMost == 0 ? 100 : atMost);
        };
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
