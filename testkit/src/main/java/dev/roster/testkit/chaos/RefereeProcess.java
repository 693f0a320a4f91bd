package dev.roster.testkit.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The referee's process. */
final class RefereeProcess implements AutoCloseable {
    private final Process process;
    private final int port;

    RefereeProcess(Path folder) {
        process =
                ChildJvm.start(
                        ChaosReferee.class,
                        folder.resolve("referee.log"),
                        List.of(folder.resolve("referee.jsonl").toString()));
        try {
            BufferedReader out = process.inputReader();
            String line = out.readLine();
            if (line == null) {
                throw new IllegalStateException(
                        "The referee did not start; see referee.log in " + folder);
            }
            port = Integer.parseInt(line);
        } catch (IOException e) {
            process.destroyForcibly();
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
