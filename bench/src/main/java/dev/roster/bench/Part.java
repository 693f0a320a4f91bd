package dev.roster.bench;

import java.io.IOException;
import java.nio.file.Path;

/** One of the things that are measured. */
public interface Part {
    /** The word that selects it. */
    String name();

    /** What it measures and how long that takes, for the help. */
    String summary();

    /** Whether it is left out when no part is named. */
    default boolean isOptional() {
        return false;
    }

    /** Measures, with files in {@code directory}, and returns a table in Markdown. */
    String measured(Path directory) throws IOException, InterruptedException;
}
