package dev.roster.cli;

import dev.roster.group.GroupStatus;
import dev.roster.group.JoinOptions;
import dev.roster.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How to join, for the commands that do. */
final class MemberChoice {
    /** What the first member of a group takes: a killed machine's work waits no longer. */
    private static final Duration LEASE = Duration.ofSeconds(5);

    @Mixin GroupChoice where = new GroupChoice();

    @Option(
            names = "--lease",
            paramLabel = "TIME",
            description =
                    "How long a member may be silent; the same for the whole group. Default: the"
                            + " group's, or 5s for its first member.")
    private @Nullable Duration lease;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "10s",
            description =
                    "How long the command may take from SIGTERM until it is killed. Default:"
                            + " ${DEFAULT-VALUE}.")
    Duration grace = Duration.ofSeconds(10);

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What this member is called. Default: host and process id.")
    private String name = "";

    @Option(
            names = "--replaces",
            paramLabel = "NAME",
            description = "The member whose keys this one takes over when that leaves.")
    private String replaces = "";

    @Option(
            names = "--version-tag",
            paramLabel = "TAG",
            description = "Version of your program; while two are up, no key moves for balance.")
    private String version = "";

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Appends each execution to a file, a JSON object a line.")
    @Nullable Path history;

    @Option(names = "--json", description = "Writes events to standard output as JSON lines.")
    boolean json;

    @Option(names = "--prefix", description = "Puts the key, slot or job before each line.")
    boolean prefix;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress, only what goes wrong.")
    boolean quiet;

    JoinOptions options(Store store, String group) {
        Duration chosen = lease;
        if (chosen == null) {
            chosen = GroupStatus.read(store, group).lease().orElse(LEASE);
        }
        return JoinOptions.defaults()
                .withName(name)
                .withLease(chosen)
                .withReplaces(replaces)
                .withVersion(version)
                .withSlotStop(grace.plusSeconds(5));
    }
}
