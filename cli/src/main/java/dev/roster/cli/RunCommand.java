package dev.roster.cli;

import dev.roster.Affinity;
import dev.roster.division.Division;
import dev.roster.division.DivisionOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The main job: any program's work, divided. */
@Command(
        name = "run",
        description = {
            "Runs a command for each key, divided among all processes that run this.",
            "Exit code 0 of the command means that the key is done, for good. Otherwise it is tried"
                    + " again after a while, up to the attempts, and then counts as failed."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all keys are done (--until-done)",
            "1:an error; the message on stderr says why",
            "2:the command line is wrong",
            "3:all keys are done or failed, and some failed (--until-done)",
            "129, 130, 143:a hangup, Ctrl-C or SIGTERM; everything was given up, others go on. A"
                    + " second one leaves at once.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster run -s sqlite:work.db -g fetch --keys urls.txt --until-done -- curl -sfO {}",
            "  ls *.wav | roster run -s sqlite:work.db -g wav --keys - --until-done -- ./encode {}",
            "  roster run -s sqlite:work.db -g feeds --keep -- ./follow-feed {}",
            "",
            "{} in the command becomes the key, as part of one argument and never read by a shell."
                    + " The key is also in ROSTER_KEY: inside sh -c '...' use \"$$ROSTER_KEY\","
                    + " never {}.",
            "Also set: ROSTER_TOKEN, ROSTER_ATTEMPT, ROSTER_MEMBER, ROSTER_SLOT, ROSTER_COUNT,"
                    + " ROSTER_GENERATION, ROSTER_STORE, ROSTER_GROUP, ROSTER_DIVISION."
        })
final class RunCommand implements Callable<Integer> {
    private static final Duration STOP_MARGIN = Duration.ofSeconds(5);
    private static final Duration BACKOFF_MOST = Duration.ofMinutes(5);
    private static final Duration SLOT_WITHIN = Duration.ofSeconds(3);

    @Mixin MemberChoice how = new MemberChoice();

    @Option(
            names = {"-d", "--division"},
            paramLabel = "NAME",
            defaultValue = "work",
            description = "The division. Default: ${DEFAULT-VALUE}.")
    private String division = "work";

    @Option(
            names = {"-k", "--keys"},
            paramLabel = "FILE",
            description = "Adds the keys of a file, one a line; - is standard input.")
    private @Nullable String keys;

    @Option(
            names = "--affinity",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How reluctant this member is to take keys. Default: ${DEFAULT-VALUE}.")
    private long affinity = Affinity.DEFAULT;

    @Option(
            names = {"-p", "--parallel"},
            paramLabel = "N",
            description = "Most commands at once. Default: the number of processors.")
    private int parallel = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--attempts",
            paramLabel = "N",
            description = "How often a key may fail; 0 is without end. Default: 5, with --keep 0.")
    private int attemptsChosen = -1;

    @Option(
            names = "--backoff",
            paramLabel = "TIME",
            defaultValue = "1s",
            description =
                    "How long after a failure a key is tried again; doubles each time, up to 5"
                            + " minutes. Default: ${DEFAULT-VALUE}.")
    private Duration backoff = Duration.ofSeconds(1);

    @ArgGroup @Nullable End end;

    /** When it is over. */
    static final class End {
        @Option(names = "--until-done", description = "Ends when all keys are done or failed.")
        boolean untilDone;

        @Option(
                names = "--keep",
                description = "For services: the command should run for ever, and is restarted.")
        boolean keep;
    }

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "What to run for each key.")
    private List<String> command = List.of();

    boolean keep;
    int attempts;

    @Override
    public Integer call() throws Exception {
        End chosen = end;
        keep = chosen != null && chosen.keep;
        attempts = attemptsChosen >= 0 ? attemptsChosen : keep ? 0 : 5;
        DivisionOptions options = options();
        List<String> wanted = keys == null ? List.of() : KeySource.read(keys);
        try (Joined joined = Joined.join(how)) {
            Division mine = Division.of(joined.member, division, options);
            int added = mine.keys().add(wanted);
            if (keys != null && !joined.report.isQuiet()) {
                joined.report.note(
                        "%d keys added, %d were there".formatted(added, wanted.size() - added));
            }
            joined.awaitSlot(SLOT_WITHIN);
            KeyWork work = new KeyWork(joined, mine, new CommandTemplate(command), this);
            mine.start(work);
            boolean untilDone = chosen != null && chosen.untilDone;
            int exit = new Progress(joined, mine, work, untilDone, keys != null).follow();
            joined.leave();
            return exit;
        }
    }

    /** How long to wait after so many failures in a row. */
    Duration wait(int failures) {
        Duration wait = backoff.multipliedBy(1L << Math.min(20, failures - 1));
        return wait.compareTo(BACKOFF_MOST) < 0 ? wait : BACKOFF_MOST;
    }

    private DivisionOptions options() {
        return DivisionOptions.defaults()
                .withAffinity(affinity)
                .withParallel(parallel)
                // A little more than it can do at once: a fast member takes what a slow one cannot.
                .withAtMost(keep ? 0 : Math.max(4 * parallel, 32))
                .withAttempts(attempts)
                .withBackoff(backoff, BACKOFF_MOST)
                .withStopWithin(how.grace.plus(STOP_MARGIN));
    }
}
