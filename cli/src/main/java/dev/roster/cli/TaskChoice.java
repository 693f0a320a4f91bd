package dev.roster.cli;

import dev.roster.InvalidInputException;
import dev.roster.jobs.Retry;
import dev.roster.jobs.TaskOptions;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** A task that a worker has, and how it does its jobs. */
final class TaskChoice {
    private static final Retry RETRY = Retry.defaults();

    @Option(
            names = {"-t", "--task"},
            required = true,
            paramLabel = "NAME[=COMMAND]",
            description = {
                "A task, and the shell's command that does one of its jobs. Without a command it is"
                        + " the one that follows --. The next options are this task's.",
            })
    private String task = "";

    @Option(
            names = "--at-most",
            paramLabel = "N",
            description = "Most of its jobs at once. Default: what --parallel says.")
    private int atMost;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long an attempt may run. Default: for ever.")
    private Duration timeout = Duration.ZERO;

    @Option(
            names = "--attempts",
            paramLabel = "N",
            description = "How often a job is tried that does not say so itself. Default: 10.")
    private int attempts = RETRY.attempts();

    @Option(
            names = "--backoff",
            paramLabel = "TIME",
            description =
                    "Half of the longest wait after the first failure; doubles with each, up to 10"
                            + " minutes. Default: 5s.")
    private Duration backoff = RETRY.base();

    @Option(
            names = "--order",
            description =
                    "What a job with a key waits for: none; block: for earlier jobs of its key, also"
                            + " while they wait to be tried again; skip: until they end or fail."
                            + " Default: none.")
    private TaskOptions.Order order = TaskOptions.Order.NONE;

    @Option(
            names = "--per-key",
            paramLabel = "N",
            description = "How many of one key at once. Default: 1.")
    private int perKey = 1;

    String name() {
        int end = task.indexOf('=');
        return end < 0 ? task : task.substring(0, end);
    }

    /** Whether its command is that of the command line. */
    boolean isNameOnly() {
        return task.indexOf('=') < 0;
    }

    /** What to run. */
    List<String> command(List<String> ofTheLine) {
        if (isNameOnly()) {
            return ofTheLine;
        }
        String script = task.substring(task.indexOf('=') + 1);
        if (script.isBlank()) {
            throw new InvalidInputException("The task \"%s\" has no command.".formatted(name()));
        }
        return List.of("sh", "-c", script);
    }

    TaskOptions options() {
        Duration most = backoff.compareTo(RETRY.most()) > 0 ? backoff : RETRY.most();
        return TaskOptions.defaults()
                .withAtMost(atMost)
                .withTimeout(timeout)
                .withRetry(new Retry(attempts, backoff, most, RETRY.jitter()))
                .withOrder(order)
                .withPerKey(perKey);
    }
}
