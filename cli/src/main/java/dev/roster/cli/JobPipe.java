package dev.roster.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * A named pipe on which a program writes lines, for as long as it runs. It is open for reading and
 * writing here, so that no writer waits for a reader, and none that closes it ends it. What was
 * written before it is closed is read before {@link #close} returns: its end is a line, too.
 */
final class JobPipe implements AutoCloseable {
    /** Longest line. Longer ones are passed over. */
    static final int LINE_BYTES = 64 * 1024;

    /** Nobody reads for so long: its end is not worth more. */
    private static final Duration READ_OUT = Duration.ofSeconds(5);

    /** What is written. Called by one thread. */
    interface Lines {
        void line(String line);

        void tooLong(int most);
    }

    private final Path path;
    private final RandomAccessFile pipe;
    private final Lines lines;
    private final String end = "end " + UUID.randomUUID();
    private final Thread reader;

    private JobPipe(Path path, RandomAccessFile pipe, Lines lines) {
        this.path = path;
        this.pipe = pipe;
        this.lines = lines;
        this.reader = Thread.ofPlatform().daemon().name("job-out").start(this::read);
    }

    /** Makes one at a path where nothing is. */
    static JobPipe open(Path path, Lines lines) throws IOException, InterruptedException {
        try {
            Process make =
                    new ProcessBuilder("mkfifo", "-m", "600", path.toString())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (make.waitFor() != 0) {
                throw new IOException("mkfifo failed for " + path);
            }
            return new JobPipe(path, new RandomAccessFile(path.toFile(), "rw"), lines);
        } catch (IOException | InterruptedException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    Path path() {
        return path;
    }

    private void read() {
        byte[] some = new byte[8192];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean isTooLong = false;
        try {
            while (true) {
                int count = pipe.read(some, 0, some.length);
                for (int at = 0; at < count; at++) {
                    if (some[at] != '\n') {
                        isTooLong |= line.size() >= LINE_BYTES;
                        if (!isTooLong) {
                            line.write(some[at]);
                        }
                        continue;
                    }
                    if (isTooLong) {
                        lines.tooLong(LINE_BYTES);
                    } else {
                        String text = line.toString(StandardCharsets.UTF_8);
                        if (text.equals(end)) {
                            return;
                        }
                        lines.line(text);
                    }
                    isTooLong = false;
                    line.reset();
                }
            }
        } catch (IOException e) {
            // It was closed while something filled it.
        }
    }

    /** Reads what was written, and removes it. The program has ended. */
    @Override
    public void close() throws IOException {
        boolean interrupted = false;
        try {
            pipe.write(("\n" + end + "\n").getBytes(StandardCharsets.UTF_8));
            long until = System.nanoTime() + READ_OUT.toNanos();
            while (reader.isAlive() && System.nanoTime() - until < 0) {
                try {
                    boolean unused = reader.join(READ_OUT);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            pipe.close();
            Files.deleteIfExists(path);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
