package dev.roster.sql;

import dev.roster.StoreRefusedException;
import dev.roster.store.Ties;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The folder {@code FILE-roster} beside the database: a bell that is rung after each commit,
 * another for queues, two locks at which writers queue, and a file for each process that it keeps
 * locked while it lives.
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

    /** What the name of a tie ends with before it is locked. */
    private static final String UNNAMED = ".new";

    private static final int OLD_TIES_AT_ONCE = 1000;
    private static final Map<Path, SideDirectory> OPEN = new HashMap<>();

    private final Path database;
    private final Path folder;
    private final Path ties;
    private final ReentrantLock ownTurn = new ReentrantLock(true);
    private int users;
    private final String own = UUID.randomUUID().toString();
    private final OtherTies others;
    private final FileChannel bell;
    private final FileChannel wakes;
    private long woken;
    private long ownWakes;
    private final FileChannel entrance;
    private final FileChannel turn;
    private final FileChannel ownTie;

    /** The folder of a database, opened if it is not; close it as often. */
    static SideDirectory acquire(Path database) {
        synchronized (OPEN) {
            SideDirectory side = OPEN.get(database);
            if (side == null) {
                side = new SideDirectory(database);
                OPEN.put(database, side);
            }
            side.users++;
            return side;
        }
    }

    private SideDirectory(Path database) {
        this.database = database;
        folder = database.resolveSibling(database.getFileName() + "-roster");
        ties = folder.resolve("ties");
        others = new OtherTies(ties);
        try {
            directory(folder);
            directory(ties);
            bell = open(folder.resolve("bell"));
            wakes = open(folder.resolve("wakes"));
            woken = wakesSoFar();
            entrance = open(folder.resolve("entrance"));
            turn = open(folder.resolve("turn"));
            ownTie = lockedTie();
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

    /**
     * The own tie gets its name when it is locked: until then others, who look at all ties when
     * they start, would find it broken, and looking takes the lock for a moment.
     */
    private FileChannel lockedTie() throws IOException {
        Path unnamed = ties.resolve(own + UNNAMED);
        FileChannel tie = open(unnamed);
        if (tie.tryLock() == null) {
            throw new IOException("a file that is new is locked");
        }
        Files.move(unnamed, ties.resolve(own), StandardCopyOption.ATOMIC_MOVE);
        return tie;
    }

    /** Removes the ties of processes that are long gone. */
    private void removeOldTies() throws IOException {
        Instant old = Instant.now().minus(TIES_KEPT);
        try (Stream<Path> files = Files.list(ties)) {
            for (Path tie : files.limit(OLD_TIES_AT_ONCE).toList()) {
                String name = String.valueOf(tie.getFileName());
                if (name.endsWith(UNNAMED)) {
                    removeIfOlderThan(tie, old);
                } else if (state(name) == State.BROKEN) {
                    removeIfBrokenFor(tie, old);
                }
            }
        }
    }

    /** A tie that is found broken gets a byte, so that its time tells since when. */
    private static void removeIfBrokenFor(Path tie, Instant old) throws IOException {
        try {
            if (Files.size(tie) == 0) {
                Files.write(tie, new byte[1], StandardOpenOption.WRITE);
            } else {
                removeIfOlderThan(tie, old);
            }
        } catch (NoSuchFileException e) {
            // Another process was faster.
            return;
        }
    }

    private static void removeIfOlderThan(Path tie, Instant old) throws IOException {
        try {
            if (Files.getLastModifiedTime(tie).toInstant().isBefore(old)) {
                Files.deleteIfExists(tie);
            }
        } catch (NoSuchFileException e) {
            // Another process was faster.
            return;
        }
    }

    /** The folder to watch for strokes of the bell. */
    Path folder() {
        return folder;
    }

    /**
     * Tells all processes that there is something new, and leaves word of how far the store has
     * come: a file that is found behind it was put back.
     */
    void ring(String life, long revision) {
        try {
            bell.write(stroke(life, revision), 0);
        } catch (IOException e) {
            // They look by themselves a little later.
        }
    }

    /** The revision that was rung last in this life of the store, 0 if none is known. */
    long rung(String life) {
        ByteBuffer found = ByteBuffer.allocate(stroke(life, 0).capacity());
        try {
            if (bell.read(found, 0) < found.capacity()) {
                return 0;
            }
        } catch (IOException e) {
            return 0;
        }
        long revision = found.getLong(0);
        return stroke(life, revision).equals(found.flip()) ? revision : 0;
    }

    /** Ends with a checksum: a stroke may be read while it is written. */
    private static ByteBuffer stroke(String life, long revision) {
        byte[] name = life.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer stroke = ByteBuffer.allocate(Long.BYTES + name.length + Long.BYTES);
        stroke.putLong(revision).put(name);
        CRC32 sum = new CRC32();
        sum.update(stroke.array(), 0, stroke.position());
        return stroke.putLong(sum.getValue()).flip();
    }

    /** Tells all processes that something was put into a queue. */
    synchronized void wake() {
        try {
            ByteBuffer next = ByteBuffer.allocate(Long.BYTES);
            wakes.write(next.putLong(0, wakesSoFar() + 1), 0);
            ownWakes++;
        } catch (IOException e) {
            // They look by themselves a little later.
        }
    }

    /** Whether another process has told that something was put into a queue. */
    synchronized boolean hasBeenWoken() {
        try {
            long before = woken + ownWakes;
            woken = wakesSoFar();
            ownWakes = 0;
            return woken != before;
        } catch (IOException e) {
            return false;
        }
    }

    private long wakesSoFar() throws IOException {
        ByteBuffer found = ByteBuffer.allocate(Long.BYTES);
        return wakes.read(found, 0) < Long.BYTES ? 0 : found.getLong(0);
    }

    /** The right to write next; a courtesy between processes, not what keeps the data right. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits until it is this process's turn to write.
     *
     * @throws ClosedChannelException the folder was closed
     */
    Turn await() throws ClosedChannelException {
        ownTurn.lock();
        FileLock lock = null;
        try (FileLock waiting = entrance.lock()) {
            lock = turn.lock();
        } catch (ClosedChannelException e) {
            ownTurn.unlock();
            throw e;
        } catch (IOException e) {
            // The kernel suspects a deadlock, or has no lock left: SQLite's own lock will do.
            return ownTurn::unlock;
        }
        FileLock held = lock;
        return () -> {
            SqliteFile.closeQuietly(held);
            ownTurn.unlock();
        };
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
        synchronized (OPEN) {
            users--;
            if (users > 0) {
                return;
            }
            OPEN.remove(database, this);
        }
        try {
            // The file stays: its lock being gone tells the others.
            ownTie.close();
            others.close();
            bell.close();
            wakes.close();
            entrance.close();
            turn.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
