package dev.roster.cli;

import dev.roster.jobs.JobPage;
import dev.roster.jobs.JobState;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists jobs. */
@Command(
        name = "list",
        description = {
            "Lists jobs in a state.",
            "Partition by partition: state, id, task, key, and what else is to be said. Of jobs that"
                    + " ended well only a line is kept, for a day."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster jobs list -s sqlite:work.db",
            "  roster jobs list -s sqlite:work.db --state dead --task mail --json | jq .why"
        })
final class JobsListCommand implements Callable<Integer> {
    private static final int PAGE = 500;

    @Mixin private QueueChoice choice = new QueueChoice();

    @Option(
            names = "--state",
            defaultValue = "waiting",
            description =
                    "One of ${COMPLETION-CANDIDATES}; what runs is waiting, too. Default:"
                            + " ${DEFAULT-VALUE}.")
    private JobState state = JobState.WAITING;

    @Option(
            names = "--task",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Only of this task.")
    private String task = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Most jobs to list; 0 for all. Default: ${DEFAULT-VALUE}.")
    private int limit = 100;

    @Override
    public Integer call() {
        return choice.with(admin -> {
            int left = limit > 0 ? limit : Integer.MAX_VALUE;
            String next = "";
            do {
                JobPage page = admin.list(state, task, Math.min(left, PAGE), next);
                page.jobs()
                        .forEach(job ->
                                System.out.println(
                                        choice.json
                                                ? JobTexts.json(job).toString()
                                                : JobTexts.line(job)));
                left -= page.jobs().size();
                next = page.next();
            } while (left > 0 && !next.isEmpty());
            if (!next.isEmpty()) {
                System.err.printf(
                        "roster: There may be more than %d; --limit says how many.%n", limit);
            }
            return ExitCodes.OK;
        });
    }
}
