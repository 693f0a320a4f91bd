package dev.roster.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which queue of jobs. */
final class QueueName {
    private static final String DEFAULT = "work";

    @Option(
            names = {"-Q", "--queue"},
            paramLabel = "NAME",
            description = "The queue. Default: $ROSTER_QUEUE, or " + DEFAULT + ".")
    private @Nullable String name;

    String name() {
        String known = name == null ? System.getenv("ROSTER_QUEUE") : name;
        return known == null || known.isEmpty() ? DEFAULT : known;
    }
}
