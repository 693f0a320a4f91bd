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
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Follows the changes of a file for all watches of this JVM: wakes when the bell rings, or at the
 * latest a tenth of a second after a change, reads what is new once, and keeps the last of it.
 */
final class SqliteTail {
    private static final int WINDOW = 10_000;
    private static final long LOOK_MILLIS = 100;

    private final SqliteFile file;
    private final Connection connection;
    private final PreparedStatement select;
    private final PreparedStatement selectDataVersion;
    private final WatchService bells;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<Change> window = new ArrayDeque<>();
    private StoreIdentity identity;
    private long windowAfter;
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
        try {
            this.bells = file.side().folder().getFileSystem().newWatchService();
            file.side().folder().register(bells, StandardWatchEventKinds.ENTRY_MODIFY);
        } catch (IOException e) {
            throw new StoreUnavailableException(
                    "Cannot watch the folder of %s: %s".formatted(file.path(), e.getMessage()), e);
        }
        this.thread = new Thread(this::run, "roster-sqlite-tail");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                WatchKey rung = bells.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (rung != null) {
                    rung.pollEvents();
                    rung.reset();
                }
                catchUp();
            } catch (InterruptedException | ClosedWatchServiceException e) {
                return;
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
                identity = is;
                window.clear();
                revision = now;
                windowAfter = now;
                news.signalAll();
            } else if (now > revision) {
                window.addAll(changes(revision, now));
                revision = now;
                trim();
                news.signalAll();
            }
        } finally {
            SqliteSchema.execute(connection, "COMMIT");
        }
    }

    private void trim() {
        while (window.size() > WINDOW) {
            windowAfter = window.removeFirst().revision();
            while (!window.isEmpty() && window.getFirst().revision() == windowAfter) {
                window.removeFirst();
            }
        }
    }

    private List<Change> changes(long after, long upTo) throws SQLException {
        List<Change> changes = new ArrayList<>();
        select.setLong(1, after);
        select.setLong(2, upTo);
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                long at = rows.getLong(1);
                String key = new String(rows.getBytes(2), StandardCharsets.UTF_8);
                byte[] value = rows.getBytes(3);
                Entry entry =
                        value == null ? null : new Entry(key, Bytes.of(value), rows.getLong(4), at);
                changes.add(new Change(key, entry, at));
            }
        }
        return changes;
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
    Found after(
            Range range,
            long after,
            StoreIdentity of,
            long nanos,
            java.util.function.BooleanSupplier ended)
            throws InterruptedException {
        long left = nanos;
        long position = after;
        lock.lockInterruptibly();
        try {
            while (true) {
                if (closed || ended.getAsBoolean()) {
                    throw new IllegalStateException("The watch is closed.");
                }
                String why = trouble;
                if (why != null) {
                    throw new StoreUnavailableException(why);
                }
                if (!of.equals(identity) || position > revision) {
                    // A watch may begin at a commit of this process that was not read back yet.
                    if (of.equals(identity) && position <= file.highest() && left > 0) {
                        left = news.awaitNanos(left);
                        continue;
                    }
                    return new Found(null, position);
                }
                List<Change> found = between(range, position);
                if (found == null || !found.isEmpty() || left <= 0) {
                    return new Found(found, revision);
                }
                position = revision;
                left = news.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable List<Change> between(Range range, long after) {
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
            java.util.Collections.reverse(found);
            return found;
        }
        try {
            if (after < SqliteSchema.number(connection, "SELECT compacted FROM roster_meta")) {
                return null;
            }
            for (Change change : changes(after, revision)) {
                if (range.contains(change.key())) {
                    found.add(change);
                }
            }
            return found;
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
        try {
            bells.close();
        } catch (IOException e) {
            // It is not used again.
        }
        wakeAll();
        lock.lock();
        try {
            SqliteFile.closeQuietly(connection);
        } finally {
            lock.unlock();
        }
    }
}
