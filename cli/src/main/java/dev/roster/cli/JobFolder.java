package dev.roster.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the pipes of a worker's jobs are. As long as the worker lives it has a lock there; what a
 * worker left behind that was killed, the next one removes.
 */
final class JobFolder implements AutoCloseable {
    private static final String PREFIX = "roster-jobs";
    private static final String LOCK = "lock";

    /** One that is younger may be about to be locked. */
    private static final Duration YOUNG = Duration.ofMinutes(1);

    private final Path folder;
    private final FileChannel channel;
    private final AtomicLong pipes = new AtomicLong();

    private JobFolder(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Makes one among the temporary files, and removes those that nobody has any more. */
    static JobFolder make() throws IOException {
        return make(Path.of(System.getProperty("java.io.tmpdir")), Instant.now().minus(YOUNG));
    }

    /**
     * Makes one.
     *
     * @param olderThan what was made later is not removed
     */
    static JobFolder make(Path parent, Instant olderThan) throws IOException {
        Path folder = Files.createTempDirectory(parent, PREFIX);
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            throw new IOException("Somebody else has the lock in " + folder);
        }
        clean(parent, olderThan);
        return new JobFolder(folder, channel);
    }

    private static void clean(Path parent, Instant olderThan) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path one : all) {
                try {
                    if (Files.getLastModifiedTime(one).toInstant().isBefore(olderThan)) {
                        removeIfLeft(one);
                    }
                } catch (IOException e) {
                    // It is another user's, or gone by now.
                }
            }
        }
    }

    private static void removeIfLeft(Path folder) throws IOException {
        try (FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE)) {
            if (tryLock(channel) != null) {
                remove(folder);
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // This process has it.
            return null;
        }
    }

    private static void remove(Path folder) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path one : all) {
                Files.deleteIfExists(one);
            }
        }
        Files.deleteIfExists(folder);
    }

    /** Where another pipe can be. */
    Path pipe() {
        return folder.resolve(Long.toString(pipes.incrementAndGet()));
    }

    /** Removes all of it. */
    @Override
    public void close() {
        try (channel) {
            remove(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
