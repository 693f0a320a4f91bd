package dev.roster.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The system's own list of processes, where there is one to read. A signal cannot tell a process
 * that has ended, and that nobody has collected yet, from one that runs; the list can.
 */
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");
    private static final int GROUP = 2;

    private ProcessTable() {}

    /** Whether all processes of a group have ended; false if it cannot be told. */
    static boolean hasEnded(long group) {
        if (!Files.isReadable(PROC.resolve("self/stat"))) {
            return false;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (runsIn(process, group)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean runsIn(Path process, long group) {
        String stat;
        try {
            stat =
                    new String(
                            Files.readAllBytes(process.resolve("stat")),
                            StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return false; // ended meanwhile
        }
        // "12 (a name) S 1 12 ...": the name may contain anything, so what follows is counted from
        // its end.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        return fields.length > GROUP
                && fields[GROUP].equals(Long.toString(group))
                && !fields[0].equals("Z")
                && !fields[0].equals("X");
    }
}
