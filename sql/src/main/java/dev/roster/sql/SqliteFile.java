package dev.roster.sql;

import dev.roster.Bytes;
import dev.roster.Entry;
import dev.roster.StoreIdentity;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.sql.shared.Listeners;
import dev.roster.store.Durability;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One database file as this JVM uses it, shared by all handles on it. */
final class SqliteFile {
    private static final Map<Path, SqliteFile> OPEN = new HashMap<>();

    /** Reads at the same time; a reader is a connection, and a thread that is pinned. */
    private static final int READERS = 8;

    /** A file that is locked is tried so long before opening it fails. */
    private static final Duration OPENING = Duration.ofSeconds(15);

    /** An older state is found and marked at most so often within one read. */
    private static final int LOOKS = 3;

    private final Path path;
    private final Synchronous synchronous;
    private final SideDirectory side;
    private final Semaphore reading = new Semaphore(READERS, true);
    private final ConcurrentLinkedDeque<Connection> readers = new ConcurrentLinkedDeque<>();
    private final AtomicLong highest = new AtomicLong();
    private final long node;
    private final SqliteWriter writer;
    private final SqliteTail tail;
    private final Listeners listeners = new Listeners();
    private volatile boolean closed;
    private int handles = 1;

    private SqliteFile(Path path, Synchronous synchronous) throws SQLException {
        this.path = path;
        this.synchronous = synchronous;
        this.node = nodeNow();
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            Connection first = connect();
            opened.add(first);
            SqliteSchema.prepare(first, path);
            side = SideDirectory.acquire(path);
            opened.add(side);
            Connection second = connect();
            opened.add(second);
            requireInPlace();
            highest.set(side.rung(SqliteSchema.life(second)));
            tail = new SqliteTail(this, second);
            opened.add(tail::close);
            writer = new SqliteWriter(this, first);
        } catch (SQLException | RuntimeException e) {
            opened.forEach(SqliteFile::closeQuietly);
            throw e;
        }
        tail.start();
        writer.start();
    }

    /** The file, opened if it is not. */
    static SqliteFile acquire(Path given, Synchronous synchronous) {
        synchronized (OPEN) {
            Path path = canonical(given);
            SqliteFile open = OPEN.get(path);
            if (open != null && !open.isReplaced()) {
                if (open.synchronous != synchronous) {
                    throw new StoreRefusedException(
                            "%s is open in this process with synchronous=%s: use the same."
                                    .formatted(path, open.synchronous));
                }
                open.handles++;
                return open;
            }
            try {
                SqliteFile file = opened(path, synchronous);
                OPEN.put(path, file);
                return file;
            } catch (SQLException e) {
                throw SqliteSchema.translated(path, e);
            }
        }
    }

    /**
     * A new file is locked while another process makes its tables or its log, for as long as that
     * process's disk takes.
     */
    private static SqliteFile opened(Path path, Synchronous synchronous) throws SQLException {
        long until = System.nanoTime() + OPENING.toNanos();
        while (true) {
            try {
                return new SqliteFile(path, synchronous);
            } catch (SQLException e) {
                if (!SqliteSchema.isLocked(e) || System.nanoTime() - until > 0) {
                    throw e;
                }
            }
        }
    }

    void release() {
        synchronized (OPEN) {
            handles--;
            if (handles > 0) {
                return;
            }
            OPEN.remove(path, this);
        }
        writer.close();
        tail.close();
        closed = true;
        closeReaders();
        side.close();
    }

    private static Path canonical(Path given) {
        Path absolute = given.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new StoreRefusedException(
                    "The folder of %s does not exist: make it first.".formatted(given));
        }
        LocalFileSystem.require(folder);
        try {
            if (!Files.exists(absolute)) {
                create(absolute);
            }
            return absolute.toRealPath();
        } catch (IOException e) {
            throw new StoreRefusedException(
                    "The file %s cannot be made or used: %s".formatted(given, e.getMessage()), e);
        }
    }

    private static void create(Path path) throws IOException {
        try {
            Files.createFile(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // Another process was faster.
            return;
        } catch (UnsupportedOperationException e) {
            Files.createFile(path);
        }
    }

    Path path() {
        return path;
    }

    SideDirectory side() {
        return side;
    }

    SqliteWriter writer() {
        return writer;
    }

    SqliteTail tail() {
        return tail;
    }

    Listeners listeners() {
        return listeners;
    }

    Connection connect() throws SQLException {
        return SqliteSchema.connect(path, synchronous);
    }

    /** The number of the file that the path names now, 0 when there is none. */
    private long nodeNow() {
        try {
            return ((Number) Files.getAttribute(path, "unix:ino")).longValue();
        } catch (IOException e) {
            return 0;
        } catch (UnsupportedOperationException e) {
            return 1;
        }
    }

    /** Whether the path names another file by now, or none. */
    boolean isReplaced() {
        return nodeNow() != node;
    }

    /** The identity of the store with this life. */
    StoreIdentity identity(String life) {
        return new StoreIdentity(SqliteSchema.idOf(life) + "-" + node);
    }

    /** A file that was deleted or replaced must not be written, though it can be. */
    void requireInPlace() {
        if (isReplaced()) {
            throw new StoreUnavailableException(
                    "The file %s was deleted or replaced while it was in use: start this process anew."
                            .formatted(path));
        }
    }

    Durability durability() {
        boolean forced = synchronous == Synchronous.FULL;
        return new Durability(
                Durability.Loss.NOTHING,
                forced ? Durability.Loss.NOTHING : Durability.Loss.LAST_COMMITS,
                Durability.Loss.NEVER_HAPPENS,
                "synchronous=" + synchronous + ", and a disk that keeps what it was told to force");
    }

    /** The largest revision that this process has seen. */
    long highest() {
        return highest.get();
    }

    void saw(long revision) {
        highest.accumulateAndGet(revision, Math::max);
    }

    Snapshot read(Range range) {
        String why = "";
        for (int look = 0; look < LOOKS; look++) {
            requireInPlace();
            long before = highest.get();
            Snapshot snapshot = reading(connection -> readWith(connection, range));
            if (snapshot.revision() >= before) {
                saw(snapshot.revision());
                return snapshot;
            }
            // An older state was put into the same file: until the writer has given it another
            // life, nobody may take it for the present.
            why = writer.notice().toString();
        }
        throw new StoreUnavailableException(
                "%s went back to an older state, and that could not be marked: %s"
                        .formatted(path, why));
    }

    /** Something that is read with a connection. */
    interface Reading<T> {
        T with(Connection connection) throws SQLException;
    }

    /**
     * Reads in one transaction, and so at one moment.
     *
     * @throws StoreUnavailableException it failed
     */
    <T> T reading(Reading<T> reads) {
        try {
            reading.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("The read was interrupted.", e);
        }
        Connection connection = null;
        try {
            connection = readers.poll();
            if (connection == null) {
                connection = connect();
            }
            SqliteSchema.execute(connection, "BEGIN");
            T result = reads.with(connection);
            SqliteSchema.execute(connection, "COMMIT");
            readers.push(connection);
            connection = null;
            return result;
        } catch (SQLException e) {
            throw SqliteSchema.translated(path, e);
        } finally {
            closeQuietly(connection);
            reading.release();
            if (closed) {
                closeReaders();
            }
        }
    }

    private void closeReaders() {
        Connection idle = readers.poll();
        while (idle != null) {
            closeQuietly(idle);
            idle = readers.poll();
        }
    }

    private Snapshot readWith(Connection connection, Range range) throws SQLException {
        long revision = SqliteSchema.number(connection, "SELECT revision FROM roster_meta");
        String life = SqliteSchema.life(connection);
        String to = range.to();
        String sql =
                "SELECT key, value, created, modified FROM roster_entries WHERE key >= ?"
                        + (to == null ? "" : " AND key < ?")
                        + " ORDER BY key LIMIT ?";
        List<Entry> entries = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int at = 1;
            select.setBytes(at++, SqliteSchema.bytes(range.from()));
            if (to != null) {
                select.setBytes(at++, SqliteSchema.bytes(to));
            }
            select.setInt(at, range.atMost());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    entries.add(
                            new Entry(
                                    new String(rows.getBytes(1), StandardCharsets.UTF_8),
                                    Bytes.of(rows.getBytes(2)),
                                    rows.getLong(3),
                                    rows.getLong(4)));
                }
            }
        }
        return new Snapshot(entries, revision, identity(life));
    }

    static void closeQuietly(@Nullable AutoCloseable used) {
        if (used != null) {
            try {
                used.close();
            } catch (Exception e) {
                // It is not used again.
            }
        }
    }
}
