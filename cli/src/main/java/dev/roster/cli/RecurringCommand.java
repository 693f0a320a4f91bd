package dev.roster.cli;

import dev.roster.jobs.JobId;
import dev.roster.jobs.Recurring;
import dev.roster.jobs.RecurringJob;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Jobs that are submitted again and again. */
@Command(
        name = "recurring",
        description = "Jobs that the workers submit themselves, once for each time of a schedule.",
        subcommands = RecurringAddCommand.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster jobs recurring add -s sqlite:work.db nightly report all --cron '30 3 * * *'",
            "  roster jobs recurring list -s sqlite:work.db",
            "  roster jobs recurring pause -s sqlite:work.db nightly"
        })
final class RecurringCommand implements Runnable {
    private static final String ONE_OR_SOME_NOT = "3:some of them are not there";

    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing: add, list, show, pause, resume, trigger or remove.");
    }

    /** Some of them, by name. */
    static final class Names {
        @Mixin private QueueChoice choice = new QueueChoice();

        @Parameters(arity = "1..*", paramLabel = "NAME", description = "Recurring jobs.")
        private List<String> names = List.of();

        int each(String verb, BiPredicate<Recurring, String> what) {
            return choice.with(admin -> {
                int exit = ExitCodes.OK;
                for (String name : names) {
                    boolean was = what.test(admin.recurring(), name);
                    exit = was ? exit : ExitCodes.SOME_FAILED;
                    System.out.println(
                            choice.json
                                    ? new Json().put("name", name).put(verb, was).toString()
                                    : "%s: %s".formatted(name, was ? verb : "not there"));
                }
                return exit;
            });
        }
    }

    @Command(
            name = "list",
            description = "Lists the recurring jobs of the queue, by name.",
            footerHeading = "%nExample:%n",
            footer = "  roster jobs recurring list -s sqlite:work.db --json | jq .next")
    int list(@Mixin QueueChoice choice) {
        return choice.tell(admin -> {
            for (RecurringJob job : admin.recurring().list()) {
                System.out.println(
                        choice.json
                                ? RecurringTexts.json(job).toString()
                                : RecurringTexts.line(job));
            }
        });
    }

    @Command(
            name = "show",
            description = "Shows a recurring job: when it is due, and which job was its last.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:shown", "1:there is none of that name, or an error"},
            footerHeading = "%nExample:%n",
            footer = "  roster jobs recurring show -s sqlite:work.db nightly")
    int show(
            @Mixin QueueChoice choice,
            @Parameters(paramLabel = "NAME", description = "The recurring job.") String name) {
        return choice.with(admin -> {
            Optional<RecurringJob> found = admin.recurring().find(name);
            if (found.isEmpty()) {
                return missing(name, admin.queue());
            }
            System.out.print(
                    choice.json
                            ? RecurringTexts.json(found.get()) + "\n"
                            : RecurringTexts.all(found.get()));
            return ExitCodes.OK;
        });
    }

    private static int missing(String name, String queue) {
        System.err.printf(
                "roster: There is no recurring job \"%s\" in the queue \"%s\".%n", name, queue);
        return ExitCodes.ERROR;
    }

    @Command(
            name = "pause",
            description = "What is due from now on is not submitted, and not made up for.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:they rest", "1:an error", ONE_OR_SOME_NOT},
            footerHeading = "%nExample:%n",
            footer = "  roster jobs recurring pause -s sqlite:work.db nightly")
    int pause(@Mixin Names names) {
        return names.each("paused", Recurring::pause);
    }

    @Command(
            name = "resume",
            description = "They go on, with the next time from now.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:they go on", "1:an error", ONE_OR_SOME_NOT},
            footerHeading = "%nExample:%n",
            footer = "  roster jobs recurring resume -s sqlite:work.db nightly")
    int resume(@Mixin Names names) {
        return names.each("resumed", Recurring::resume);
    }

    @Command(
            name = "trigger",
            description = "Submits its job now, besides the schedule, and prints the job's id.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:submitted", "1:there is none of that name, or an error"},
            footerHeading = "%nExample:%n",
            footer = "  roster jobs recurring trigger -s sqlite:work.db nightly")
    int trigger(
            @Mixin QueueChoice choice,
            @Parameters(paramLabel = "NAME", description = "The recurring job.") String name) {
        return choice.with(admin -> {
            Optional<JobId> job = admin.recurring().trigger(name);
            if (job.isEmpty()) {
                return missing(name, admin.queue());
            }
            String id = job.get().toString();
            System.out.println(
                    choice.json ? new Json().put("name", name).put("id", id).toString() : id);
            return ExitCodes.OK;
        });
    }

    @Command(
            name = "remove",
            description = "Removes recurring jobs; what was submitted stays.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:they are gone", "1:an error", ONE_OR_SOME_NOT},
            footerHeading = "%nExample:%n",
            footer = "  roster jobs recurring remove -s sqlite:work.db nightly")
    int remove(@Mixin Names names) {
        return names.each("removed", Recurring::delete);
    }
}
