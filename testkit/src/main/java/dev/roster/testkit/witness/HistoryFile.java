package dev.roster.testkit.witness;

import dev.roster.testkit.check.History;
import dev.roster.testkit.check.JsonLine;
import dev.roster.testkit.check.Observation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A process's own history, a JSON object a line. Each line has been given to the system before the
 * method returns, so that a process that is killed has said all that it did. Safe for use by many
 * threads.
 */
public final class HistoryFile implements AutoCloseable {
    private final Writer out;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    /** Appends to a file, which is created if it is not there. */
    public HistoryFile(Path file) {
        try {
            this.out =
                    Files.newBufferedWriter(
                            file,
                            StandardCharsets.UTF_8,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends what was seen. */
    public void write(Observation observation) {
        write(History.toLine(observation));
    }

    /** Appends something else. */
    public void write(JsonLine line) {
        write(line.toString());
    }

    private void write(String line) {
        lock.lock();
        try {
            if (!closed) {
                out.append(line).append('\n');
                out.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the history: what is written later is dropped. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }
}
