package dev.roster.bench.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The CPU time of another process, from Linux's {@code /proc}. */
final class ProcessTime {
    /** The unit in {@code /proc}; 100 a second on every Linux that Java runs on. */
    private static final double TICKS_A_SECOND = 100;

    private ProcessTime() {}

    static boolean isKnown() {
        return Files.isReadable(Path.of("/proc/self/stat"));
    }

    /** User and system time so far. */
    static double seconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The second field is the program's name, in parentheses, with anything in it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
    }
}
