package dev.roster.sql;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.StoreIdentity;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the changes of a file for all watches of this JVM: wakes when the bell rings, or at the
 * latest a tenth of a second after a change, reads what is new once, and keeps the last of it.
 */
final class SqliteTail {
    private static final int WINDOW = 10_000;
    private static final long WINDOW_BYTES = 8L << 20;
    private static final int PAGE = 5000;
    private static final long PAGE_BYTES = 4L << 20;
    private static final long LOOK_MILLIS = 100;

    /** Where the system has no bell to offer. */
    private static final long LOOK_WITHOUT_BELL_MILLIS = 20;

    private final SqliteFile file;
    private final Connection connection;
    private final PreparedStatement select;
    private final PreparedStatement selectDataVersion;
    private final @Nullable WatchService bells;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<Change> window = new ArrayDeque<>();
    private StoreIdentity identity;
    private long windowAfter;
    private long windowBytes;
    private volatile boolean wentBack;
    private long revision;
    private long dataVersion = -1;
    private @Nullable String trouble;
    private volatile boolean closed;

    SqliteTail(SqliteFile file, Connection connection) throws SQLException {
        this.file = file;
        this.connection = connection;
        this.select =
                connection.prepareStatement(
                        "SELECT revision, key, value, created FROM roster_changes WHERE revision > ? AND revision <= ? ORDER BY revision, ordinal");
        this.selectDataVersion = connection.prepareStatement("PRAGMA data_version");
        this.revision = SqliteSchema.number(connection, "SELECT revision FROM roster_meta");
        this.windowAfter = revision;
        this.identity = file.identity(SqliteSchema.life(connection));
        this.bells = bells(file.side().folder());
        this.thread = new Thread(this::run, "roster-sqlite-tail");
        thread.setDaemon(true);
    }

    /** Word of strokes of the bell, or null: a system has only so many. */
    private static @Nullable WatchService bells(Path folder) {
        WatchService service = null;
        try {
            service = folder.getFileSystem().newWatchService();
            folder.register(service, StandardWatchEventKinds.ENTRY_MODIFY);
            return service;
        } catch (IOException | UnsupportedOperationException e) {
            SqliteFile.closeQuietly(service);
            return null;
        }
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                awaitBell();
                catchUp();
                if (file.side().hasBeenWoken()) {
                    file.listeners().tellAll();
                }
                if (wentBack) {
                    wentBack = false;
                    file.writer().notice();
                }
            } catch (InterruptedException | ClosedWatchServiceException e) {
                return;
            }
        }
    }

    private void awaitBell() throws InterruptedException {
        WatchService from = bells;
        if (from == null) {
            Thread.sleep(LOOK_WITHOUT_BELL_MILLIS);
            return;
        }
        WatchKey rung = from.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (rung != null) {
            rung.pollEvents();
            rung.reset();
        }
    }

    /** Catches up unless somebody is at it: the writer does not wait for readers. */
    void catchUpIfFree() {
        if (lock.tryLock()) {
            try {
                catchUp();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Reads what is new, if anything is, and wakes who waits for it. */
    void catchUp() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            file.requireInPlace();
            long version = dataVersionNow();
            if (version != dataVersion) {
                dataVersion = version;
                read();
            }
            trouble = null;
        } catch (SQLException | StoreUnavailableException e) {
            trouble = String.valueOf(e.getMessage());
            dataVersion = -1;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long dataVersionNow() throws SQLException {
        try (ResultSet rows = selectDataVersion.executeQuery()) {
            return rows.next() ? rows.getLong(1) : -1;
        }
    }

    private void read() throws SQLException {
        SqliteSchema.execute(connection, "BEGIN");
        try {
            long now = SqliteSchema.number(connection, "SELECT revision FROM roster_meta");
            StoreIdentity is = file.identity(SqliteSchema.life(connection));
            if (!is.equals(identity) || now < revision) {
                // Another life, or a state that will get one: nobody can go on from here.
                wentBack = is.equals(identity);
                identity = is;
                window.clear();
                windowBytes = 0;
                revision = now;
                windowAfter = now;
                news.signalAll();
            } else if (now > revision) {
                while (revision < now) {
                    Page page = page(revision, now);
                    for (Change change : page.changes()) {
                        window.addLast(change);
                        windowBytes += size(change);
                    }
                    revision = page.revision();
                    trim();
                }
                news.signalAll();
            }
        } finally {
            SqliteSchema.execute(connection, "COMMIT");
        }
    }

    private void trim() {
        while (window.size() > WINDOW || windowBytes > WINDOW_BYTES) {
            windowAfter = window.getFirst().revision();
            while (!window.isEmpty() && window.getFirst().revision() == windowAfter) {
                windowBytes -= size(window.removeFirst());
            }
        }
    }

    private static long size(Change change) {
        Entry now = change.now();
        return (long) change.key().length() + (now == null ? 0 : now.value().size());
    }

    /** Whole commits, as many as are read at once, and the revision that they reach. */
    private record Page(List<Change> changes, long revision) {}

    private Page page(long after, long upTo) throws SQLException {
        List<Change> changes = new ArrayList<>();
        long bytes = 0;
        select.setLong(1, after);
        select.setLong(2, upTo);
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                long at = rows.getLong(1);
                boolean isFull = changes.size() >= PAGE || bytes >= PAGE_BYTES;
                if (isFull && changes.getLast().revision() < at) {
                    return new Page(changes, changes.getLast().revision());
                }
                String key = new String(rows.getBytes(2), StandardCharsets.UTF_8);
                byte[] value = rows.getBytes(3);
                Entry entry =
                        value == null ? null : new Entry(key, Bytes.of(value), rows.getLong(4), at);
                changes.add(new Change(key, entry, at));
                bytes += size(changes.getLast());
            }
        }
        return new Page(changes, upTo);
    }

    /**
     * What is known after a position.
     *
     * @param changes the changes, or null when the watch has to read again
     * @param revision the position after them
     */
    record Found(@Nullable List<Change> changes, long revision) {}

    StoreIdentity identity() {
        lock.lock();
        try {
            return identity;
        } finally {
            lock.unlock();
        }
    }

    /** The changes of a range after a revision; waits for one until the time is over. */
    Found after(Range range, long after, StoreIdentity of, long nanos, BooleanSupplier ended)
            throws InterruptedException {
        long left = nanos;
        long position = after;
        lock.lockInterruptibly();
        try {
            while (true) {
                if (closed || ended.getAsBoolean()) {
                    throw new IllegalStateException("The watch is closed.");
                }
                if (position > revision) {
                    // It may begin at a commit that was not read back yet.
                    catchUp();
                }
                String why = trouble;
                if (why != null) {
                    throw new StoreUnavailableException(why);
                }
                if (!of.equals(identity) || position > revision) {
                    return new Found(null, position);
                }
                Found found = between(range, position);
                List<Change> changes = found.changes();
                boolean isUpToDate = found.revision() >= revision;
                if (changes == null || !changes.isEmpty() || (isUpToDate && left <= 0)) {
                    return found;
                }
                position = found.revision();
                if (isUpToDate) {
                    left = news.awaitNanos(left);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private Found between(Range range, long after) {
        List<Change> found = new ArrayList<>();
        if (after >= windowAfter) {
            // Most watches are near the end: look from there.
            Iterator<Change> latest = window.descendingIterator();
            while (latest.hasNext()) {
                Change change = latest.next();
                if (change.revision() <= after) {
                    break;
                }
                if (range.contains(change.key())) {
                    found.add(change);
                }
            }
            Collections.reverse(found);
            return new Found(found, revision);
        }
        try {
            if (after < SqliteSchema.number(connection, "SELECT compacted FROM roster_meta")) {
                return new Found(null, after);
            }
            Page page = page(after, revision);
            for (Change change : page.changes()) {
                if (range.contains(change.key())) {
                    found.add(change);
                }
            }
            return new Found(found, page.revision());
        } catch (SQLException e) {
            throw SqliteSchema.translated(file.path(), e);
        }
    }

    /** Lets all watches look whether they were closed. */
    void wakeAll() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        closed = true;
        SqliteFile.closeQuietly(bells);
        thread.interrupt();
        wakeAll();
        lock.lock();
        try {
            SqliteFile.closeQuietly(connection);
        } finally {
            lock.unlock();
        }
    }
}
