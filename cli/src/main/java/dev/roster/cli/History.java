package dev.roster.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Appends what happens to a file, a JSON object a line, each in one write so that processes can
 * share the file. The monotonic times of processes on one machine are comparable.
 */
final class History implements AutoCloseable {
    private final @Nullable FileOutputStream file;

    private History(@Nullable FileOutputStream file) {
        this.file = file;
    }

    static History to(@Nullable Path path) throws IOException {
        // Not a channel: an interrupt of the thread that writes would close that.
        return new History(path == null ? null : new FileOutputStream(path.toFile(), true));
    }

    /** Begins an event: its name and its times. */
    static Json event(String name, String member, String incarnation) {
        return new Json()
                .put("event", name)
                .put("member", member)
                .put("incarnation", incarnation)
                .put("nanos", System.nanoTime())
                .put("millis", System.currentTimeMillis());
    }

    synchronized void append(Json event) {
        FileOutputStream to = file;
        if (to == null) {
            return;
        }
        try {
            to.write((event + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
