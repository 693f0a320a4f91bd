package dev.roster.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what Roster does, on real files with real processes. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Divides the files of a directory among four processes, which compute each one's"
                    + " SHA-256 and number of lines. While they work, one is killed, one is frozen"
                    + " past its lease, and a fifth joins. Then checks, against the history, that"
                    + " every file was done, that nobody worked on a file while another owned it,"
                    + " and that the results are those of a single process.",
            "Takes less than a minute; everything is in a temporary directory."
        },
        footer = {
            "",
            "Exit status: 0 all is as promised; 1 something is not, and what is printed.",
            "",
            "Examples:",
            "  roster demo               the files of this checkout",
            "  roster demo ~/documents   other files (no more than 2000; none is changed)",
            "  roster demo --keep        do not delete the database and the histories"
        })
public final class DemoCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "the directory; default: the checkout, or the current one")
    private @Nullable Path directory;

    @Option(names = "--keep", description = "keep the database and the histories, and say where")
    private boolean keep;

    @Option(names = "--json", description = "print the outcome as one JSON object")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    /** For picocli. */
    public DemoCommand() {}

    /** The hidden command that its processes run. */
    public static Object memberCommand() {
        return new DemoMemberCommand();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path chosen = directory == null ? home() : directory;
        if (!Files.isDirectory(chosen)) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "No such directory: " + chosen);
        }
        return new Demo(chosen.toAbsolutePath().normalize(), keep, json).run() ? 0 : 1;
    }

    private static Path home() {
        return Path.of(System.getProperty("roster.home", "."));
    }
}
