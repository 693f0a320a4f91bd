package dev.roster.sql;

import dev.roster.StoreRefusedException;
import dev.roster.store.Ties;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder {@code FILE-roster} beside the database: a bell that is rung after each commit, two
 * locks at which writers queue, and a file for each process that it keeps locked while it lives.
 *
 * <p>The queue is a turnstile. A writer takes the first lock, waits with it for the second, and
 * lets the first go when it has the second. So the one who writes cannot come again before the next
 * in turn has had the file.
 *
 * <p>The kernel drops a process's locks on a file as soon as it closes any descriptor of that file.
 * So each of these files is opened once in a JVM, and only other processes' ties are opened to look
 * at.
 */
final class SideDirectory implements Ties, AutoCloseable {
    private static final Duration TIES_KEPT = Duration.ofHours(1);
    private static final Pattern TIE = Pattern.compile("[0-9a-f-]{36}");

    private final Path folder;
    private final Path ties;
    private final String own = UUID.randomUUID().toString();
    private final OtherTies others;
    private final FileChannel bell;
    private final FileChannel entrance;
    private final FileChannel turn;
    private final FileChannel ownTie;
    private byte strokes;

    SideDirectory(Path database) {
        folder = database.resolveSibling(database.getFileName() + "-roster");
        ties = folder.resolve("ties");
        others = new OtherTies(ties);
        try {
            directory(folder);
            directory(ties);
            bell = open(folder.resolve("bell"));
            entrance = open(folder.resolve("entrance"));
            turn = open(folder.resolve("turn"));
            ownTie = open(ties.resolve(own));
            if (ownTie.tryLock() == null) {
                throw new IOException("a file that is new is locked");
            }
            removeOldTies();
        } catch (IOException e) {
            throw new StoreRefusedException(
                    "Cannot use the folder %s, which belongs to the database: %s"
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    private static void directory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            try {
                Files.createDirectory(
                        path,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            } catch (java.nio.file.FileAlreadyExistsException e) {
                // Another process was faster.
                return;
            } catch (UnsupportedOperationException e) {
                Files.createDirectories(path);
            }
        }
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
    }

    /** Removes the ties of processes that are long gone. */
    private void removeOldTies() throws IOException {
        Instant old = Instant.now().minus(TIES_KEPT);
        try (Stream<Path> files = Files.list(ties)) {
            for (Path tie : files.toList()) {
                String name = String.valueOf(tie.getFileName());
                boolean isOld = Files.getLastModifiedTime(tie).toInstant().isBefore(old);
                if (isOld && state(name) == State.BROKEN) {
                    Files.deleteIfExists(tie);
                }
            }
        }
    }

    /** The folder to watch for strokes of the bell. */
    Path folder() {
        return folder;
    }

    /** Tells all processes that there is something new. */
    void ring() {
        strokes++;
        try {
            bell.write(ByteBuffer.wrap(new byte[] {strokes}), 0);
        } catch (IOException e) {
            // They look by themselves a little later.
        }
    }

    /** Waits until it is this process's turn to write. */
    FileLock await() throws IOException {
        try (FileLock waiting = entrance.lock()) {
            return turn.lock();
        }
    }

    @Override
    public String own() {
        return own;
    }

    @Override
    public State state(String tie) {
        if (tie.equals(own)) {
            return ownTie.isOpen() ? State.HELD : State.BROKEN;
        }
        return TIE.matcher(tie).matches() ? others.state(tie) : State.UNKNOWN;
    }

    @Override
    public void close() {
        try {
            // The file stays: its lock being gone tells the others.
            ownTie.close();
            others.close();
            bell.close();
            entrance.close();
            turn.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
