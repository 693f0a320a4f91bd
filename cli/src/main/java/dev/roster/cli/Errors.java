package dev.roster.cli;

import dev.roster.RosterException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Objects;
import picocli.CommandLine.ParameterException;

/** Tells people what went wrong, without a stack trace unless they want one. */
final class Errors {
    private Errors() {}

    static int tell(Exception e, boolean trace, PrintWriter err) throws Exception {
        if (e instanceof ParameterException) {
            throw e;
        }
        String what =
                switch (e) {
                    case RosterException known -> String.valueOf(known.getMessage());
                    case UncheckedIOException io -> text(Objects.requireNonNull(io.getCause()));
                    case IOException io -> text(io);
                    case IllegalArgumentException bad -> String.valueOf(bad.getMessage());
                    case IllegalStateException bad -> String.valueOf(bad.getMessage());
                    default -> e + " (a fault of Roster's own; --debug shows where)";
                };
        err.println("roster: " + what);
        if (trace) {
            e.printStackTrace(err);
        }
        err.flush();
        return ExitCodes.ERROR;
    }

    /** The message of a file's error is often no more than its path. */
    private static String text(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException gone -> "No such file: " + gone.getFile();
            case java.nio.file.AccessDeniedException no -> "Access denied: " + no.getFile();
            default -> String.valueOf(e.getMessage());
        };
    }
}
