package dev.roster.sql.postgres;

import dev.roster.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that opens a store, says the name of its tie, and waits to be killed. */
final class TieProcess implements AutoCloseable {
    final Process process;
    final String tie;

    private TieProcess(String url) throws IOException {
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                TieProcess.class.getName(),
                                url)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        tie = readLine(process);
    }

    static TieProcess start(String url) throws IOException {
        return new TieProcess(url);
    }

    private static String readLine(Process from) throws IOException {
        String line =
                new BufferedReader(
                                new InputStreamReader(
                                        from.getInputStream(), StandardCharsets.UTF_8))
                        .readLine();
        if (line == null) {
            throw new IOException("The process said nothing");
        }
        return line;
    }

    /** With the store's URL. */
    public static void main(String[] args) throws IOException {
        try (Store store = Store.open(args[0])) {
            System.out.println(store.ties().own());
            // Until the parent is gone, or ends it.
            int unused = System.in.read();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
