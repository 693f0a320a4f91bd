package dev.roster.cli;

import dev.roster.InvalidInputException;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.QueueStats;
import dev.roster.store.Store;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Durable jobs, of any program. */
@Command(
        name = "jobs",
        description = "Submits, does, shows and changes durable jobs.",
        subcommands = {
            JobsSubmitCommand.class,
            JobsWorkCommand.class,
            JobsListCommand.class,
            JobsShowCommand.class,
            RecurringCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster jobs submit -s sqlite:work.db mail '{\"to\": \"ann@example.org\"}'",
            "  roster jobs work -s sqlite:work.db -g mailers --task mail=./send-mail",
            "  roster jobs list -s sqlite:work.db --state dead"
        })
final class JobsCommand implements Runnable {
    private static final String ONE_OR_SOME_NOT = "3:some of them are not there";

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Missing: create, submit, work, list, show, retry, drop, cancel, pause, resume, limit,"
                        + " stats or recurring.");
    }

    /** Dead letters: some, or all of a task. */
    static final class Dead {
        @Spec(Spec.Target.MIXEE)
        private @SuppressWarnings("NullAway.Init") CommandSpec spec;

        @Mixin QueueChoice choice = new QueueChoice();

        @Option(names = "--all", description = "All dead letters.")
        boolean all;

        @Option(names = "--task", paramLabel = "NAME", description = "All dead letters of a task.")
        @Nullable String task;

        @Parameters(arity = "0..*", paramLabel = "ID", description = "Jobs.")
        private List<String> ids = List.of();

        List<String> ids() {
            int ways = (all ? 1 : 0) + (task == null ? 0 : 1) + (ids.isEmpty() ? 0 : 1);
            if (ways != 1) {
                throw new ParameterException(
                        spec.commandLine(), "Give ids, --task or --all, one of them.");
            }
            return ids;
        }

        /** The task whose dead letters are meant, "" for all. */
        String taskOrAll() {
            return task == null ? "" : task;
        }

        int tell(String verb, int count) {
            System.out.println(
                    choice.json
                            ? new Json().put(verb, count).toString()
                            : "%d jobs %s".formatted(count, verb));
            return ExitCodes.OK;
        }
    }

    @Command(
            name = "create",
            description = {
                "Makes a queue, with a number of partitions that stays.",
                "As many workers can share it at most. Without this a queue is made by the first"
                        + " submit or work, with 32."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:it is there, with as many partitions",
                "1:it is there with another number of partitions, or an error"
            },
            footerHeading = "%nExample:%n",
            footer = "  roster jobs create -s sqlite:work.db mail --partitions 8")
    int create(
            @Mixin StoreChoice where,
            @Parameters(paramLabel = "QUEUE", description = "The queue's name.") String queue,
            @Option(
                            names = "--partitions",
                            paramLabel = "N",
                            defaultValue = "32",
                            description = "How many. Default: ${DEFAULT-VALUE}.")
                    int partitions,
            @Option(names = "--json", description = "Writes JSON.") boolean json) {
        try (Store store = where.open()) {
            int known = Jobs.create(store, queue, partitions);
            if (known != partitions) {
                throw new InvalidInputException(
                        "There is a queue \"%s\" with %d partitions; their number stays."
                                .formatted(queue, known));
            }
            System.out.println(
                    json
                            ? new Json().put("queue", queue).put("partitions", known).toString()
                            : "queue %s, %d partitions".formatted(queue, known));
        }
        return ExitCodes.OK;
    }

    @Command(
            name = "retry",
            description = "Has dead letters tried again, from the first attempt.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:they are tried again", "1:an error", ONE_OR_SOME_NOT},
            footerHeading = "%nExample:%n",
            footer = "  roster jobs retry -s sqlite:work.db --task mail")
    int retry(@Mixin Dead dead) {
        List<String> ids = dead.ids();
        return dead.choice.with(admin ->
                ids.isEmpty()
                        ? dead.tell("retried", admin.retryAll(dead.taskOrAll()))
                        : dead.choice.each("retried", ids, admin::retry));
    }

    @Command(
            name = "drop",
            description = "Drops dead letters.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:they are gone", "1:an error", ONE_OR_SOME_NOT},
            footerHeading = "%nExample:%n",
            footer = "  roster jobs drop -s sqlite:work.db 7:01k3a")
    int drop(@Mixin Dead dead) {
        List<String> ids = dead.ids();
        return dead.choice.with(admin ->
                ids.isEmpty()
                        ? dead.tell("dropped", admin.dropAll(dead.taskOrAll()))
                        : dead.choice.each("dropped", ids, admin::drop));
    }

    @Command(
            name = "cancel",
            description =
                    "Cancels jobs that wait or run; the program of one that runs is ended, and what"
                            + " it still does is not recorded as done.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:they are cancelled", "1:an error", ONE_OR_SOME_NOT},
            footerHeading = "%nExample:%n",
            footer = "  roster jobs cancel -s sqlite:work.db 7:01k3a")
    int cancel(
            @Mixin QueueChoice choice,
            @Parameters(arity = "1..*", paramLabel = "ID", description = "Jobs.")
                    List<String> ids) {
        return choice.with(admin -> choice.each("cancelled", ids, admin::cancel));
    }

    @Command(
            name = "pause",
            description = "Begins no more jobs of the queue, or of a task; what runs goes on.",
            footerHeading = "%nExample:%n",
            footer = "  roster jobs pause -s sqlite:work.db --task mail")
    int pause(
            @Mixin QueueChoice choice,
            @Option(names = "--task", paramLabel = "NAME", description = "Only this task.")
                    @Nullable String task) {
        return choice.tell(task, JobsAdmin::pause, JobsAdmin::pauseTask);
    }

    @Command(
            name = "resume",
            description = "The queue, or a task, goes on.",
            footerHeading = "%nExample:%n",
            footer = "  roster jobs resume -s sqlite:work.db --task mail")
    int resume(
            @Mixin QueueChoice choice,
            @Option(names = "--task", paramLabel = "NAME", description = "Only this task.")
                    @Nullable String task) {
        return choice.tell(task, JobsAdmin::resume, JobsAdmin::resumeTask);
    }

    @Command(
            name = "limit",
            description = "Limits how many jobs are begun in an hour; 0 for no limit.",
            footerHeading = "%nExample:%n",
            footer = "  roster jobs limit -s sqlite:work.db 3600")
    int limit(
            @Mixin QueueChoice choice,
            @Parameters(paramLabel = "PER-HOUR", description = "How many.") long perHour) {
        return choice.tell(admin -> admin.limit(perHour));
    }

    @Command(
            name = "stats",
            description = "Counts what is in the queue. What runs counts as due.",
            footerHeading = "%nExample:%n",
            footer = "  roster jobs stats -s sqlite:work.db --json | jq .dead")
    int stats(@Mixin QueueChoice choice) {
        return choice.tell(admin -> {
            QueueStats stats = admin.stats();
            System.out.print(
                    choice.json ? json(admin.queue(), stats) + "\n" : text(admin.queue(), stats));
        });
    }

    private static Json json(String queue, QueueStats stats) {
        return new Json()
                .put("queue", queue)
                .put("due", stats.due())
                .put("later", stats.later())
                .put("dead", stats.dead())
                .put("oldestMillis", stats.oldest().toMillis())
                .put("tasks", stats.tasks().entrySet().stream().map(JobsCommand::task).toList())
                .put("lookedAt", stats.lookedAt())
                .put("paused", stats.paused())
                .put("perHour", stats.perHour())
                .put(
                        "pausedTasks",
                        stats.pausedTasks().stream()
                                .map(name -> new Json().put("task", name))
                                .toList());
    }

    private static Json task(Map.Entry<String, Long> task) {
        return new Json().put("task", task.getKey()).put("jobs", task.getValue());
    }

    private static String text(String queue, QueueStats stats) {
        StringBuilder out = new StringBuilder();
        out.append("queue %s%s%n".formatted(queue, stats.paused() ? ", paused" : ""));
        String since =
                stats.due() == 0
                        ? ""
                        : ", the oldest for " + DurationConverter.show(stats.oldest());
        out.append("  due    %d%s%n".formatted(stats.due(), since));
        out.append("  later  %d%n".formatted(stats.later()));
        out.append("  dead   %d%n".formatted(stats.dead()));
        if (stats.perHour() > 0) {
            out.append("  limit  %d in an hour%n".formatted(stats.perHour()));
        }
        boolean isAll = stats.lookedAt() >= stats.due() + stats.later();
        String of = isAll ? "" : " of the %d that were looked at".formatted(stats.lookedAt());
        stats.tasks()
                .forEach((task, jobs) ->
                        out.append(
                                "  task %s: %d%s%s%n"
                                        .formatted(
                                                task.isEmpty() ? "(unreadable)" : task,
                                                jobs,
                                                of,
                                                stats.pausedTasks().contains(task)
                                                        ? ", paused"
                                                        : "")));
        stats.pausedTasks().stream()
                .filter(task -> !stats.tasks().containsKey(task))
                .forEach(task -> out.append("  task %s: 0, paused%n".formatted(task)));
        return out.toString();
    }
}
