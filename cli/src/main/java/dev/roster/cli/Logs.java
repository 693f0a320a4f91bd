package dev.roster.cli;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What is logged on the command line: a line each, and of drivers what is a warning at least. */
final class Logs {
    private static final String FORMAT = "java.util.logging.SimpleFormatter.format";

    /** Kept here: a logger that nobody holds forgets its level. */
    private static final List<Logger> DRIVERS =
            List.of(Logger.getLogger("io.lettuce"), Logger.getLogger("io.netty"));

    private Logs() {}

    static void setUp() {
        if (System.getProperty(FORMAT) == null) {
            System.setProperty(FORMAT, "roster: %5$s%6$s%n");
        }
        // They tell of each connection that is lost, with a stack trace; Roster does in its own
        // words.
        DRIVERS.forEach(logger -> logger.setLevel(Level.WARNING));
    }
}
