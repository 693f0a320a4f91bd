package dev.roster.cli;

import dev.roster.jobs.Consumer;
import dev.roster.jobs.ConsumerOptions;
import dev.roster.jobs.JobState;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Does jobs: any program is a task. */
@Command(
        name = "work",
        description = {
            "Does the jobs of a queue, divided among all processes that run this.",
            "For each it runs the command of its task, with the payload on standard input.",
            "Exit code 0 of the command means that the job is done, 65 that trying again is no use."
                    + " After any other it is tried again after a while, up to the attempts, and"
                    + " then kept as a dead letter, with the end of its standard error."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no job is left (--until-empty)",
            "1:an error; the message on stderr says why",
            "2:the command line is wrong",
            "3:no job is left, and this process gave some up (--until-empty)",
            "129, 130, 143:a hangup, Ctrl-C or SIGTERM; nothing more was begun, what ran was"
                    + " finished or stopped, and goes on elsewhere, no attempt spent. A second one"
                    + " leaves at once.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster jobs work -s sqlite:work.db -g mailers --task mail=./send-mail",
            "  roster jobs work --task a=./a --at-most 2 --timeout 1h --task b=./b",
            "  roster jobs work -s sqlite:work.db -g mailers --task mail -- ./send-mail --fast",
            "",
            "The command finds ROSTER_JOB_ID, ROSTER_JOB_TASK, ROSTER_KEY, ROSTER_ATTEMPT,"
                    + " ROSTER_TOKEN, ROSTER_QUEUE, ROSTER_JOB_HEADERS (JSON) and"
                    + " ROSTER_JOB_CHECKPOINT, what an earlier attempt saved.",
            "It may write lines to the named pipe ROSTER_JOB_OUT: 'checkpoint TEXT' saves where the"
                    + " next attempt goes on, 'progress 50 TEXT' says how far it is, in percent."
        })
final class JobsWorkCommand implements Callable<Integer> {
    /** Killing, and looking after what was killed, take longer than the grace. */
    private static final Duration STOP_MARGIN = Duration.ofSeconds(10);

    private static final Duration SLOT_WITHIN = Duration.ofSeconds(3);

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Mixin private MemberChoice how = new MemberChoice();

    @Mixin private QueueName queue = new QueueName();

    @ArgGroup(exclusive = false, multiplicity = "1..*")
    private List<TaskChoice> tasks = new ArrayList<>();

    @Option(
            names = {"-p", "--parallel"},
            paramLabel = "N",
            description = "Most commands at once. Default: the number of processors.")
    private int parallel = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--finish",
            paramLabel = "TIME",
            defaultValue = "1s",
            description =
                    "How long commands may go on before SIGTERM when this process leaves, or jobs"
                            + " move. Default: ${DEFAULT-VALUE}.")
    private Duration finish = Duration.ofSeconds(1);

    @Option(
            names = "--weight",
            paramLabel = "N",
            defaultValue = "1",
            description = "This process' share, relative to others'. Default: ${DEFAULT-VALUE}.")
    private int weight = 1;

    @Option(
            names = "--until-empty",
            description = "Ends when no job waits or runs, whoever does it; also if there is none.")
    private boolean untilEmpty;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "What does the jobs of the task that has no command of its own.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws Exception {
        long named = tasks.stream().filter(TaskChoice::isNameOnly).count();
        if (named > 1 || (named == 1) == command.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "One --task NAME needs -- COMMAND, the others are --task NAME=COMMAND.");
        }
        try (JobFolder folder = JobFolder.make();
                Joined joined = Joined.join(how)) {
            joined.awaitSlot(SLOT_WITHIN);
            Consumer consumer = consumer(joined, folder);
            int exit = new JobsProgress(joined, consumer).follow(this::isEmpty);
            joined.leave(finish.plus(how.grace));
            return exit;
        }
    }

    private Consumer consumer(Joined joined, JobFolder folder) {
        Consumer consumer =
                Jobs.consumer(joined.member, queue.name())
                        .options(
                                ConsumerOptions.defaults()
                                        .withConcurrency(parallel)
                                        .withGrace(finish)
                                        .withStuckAfter(how.grace.plus(STOP_MARGIN))
                                        .withWeight(weight))
                        .onProblem(joined.report::problem);
        for (TaskChoice task : tasks) {
            consumer.task(
                    task.name(),
                    task.options(),
                    new JobProgram(joined, folder, queue.name(), task.command(command)));
        }
        return consumer.start();
    }

    /** Whether the run is over because there is nothing left to do. */
    private boolean isEmpty(Store store) {
        if (!untilEmpty) {
            return false;
        }
        try (JobsAdmin admin = Jobs.admin(store, queue.name())) {
            return admin.list(JobState.WAITING, "", 1, "").jobs().isEmpty();
        }
    }
}
