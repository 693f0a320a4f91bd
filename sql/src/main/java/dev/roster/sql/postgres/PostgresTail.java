package dev.roster.sql.postgres;

import dev.roster.Change;
import dev.roster.StoreIdentity;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Range;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the changes of a store for all its watches: reads what is new once, and keeps the last of
 * it. When to look, {@link PostgresFollower} knows.
 */
final class PostgresTail {
    private static final Range ALL = new Range("", null, Integer.MAX_VALUE);

    /** A range that somebody watches, since the store was this one. */
    static final class Interest {
        final Range range;
        final StoreIdentity identity;
        private boolean begun;

        Interest(Range range, StoreIdentity identity) {
            this.range = range;
            this.identity = identity;
        }
    }

    /**
     * What is known after a position.
     *
     * @param changes the changes, or null when the watch has to read again
     * @param revision the position after them
     */
    record Found(@Nullable List<Change> changes, long revision) {}

    private final PostgresConnections connections;
    private final PostgresSchema schema;
    private final Position.Furthest seen;
    private final Runnable wentBack;
    private final Set<Interest> interests = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final PostgresWindow window = new PostgresWindow();
    private StoreIdentity identity;
    private @Nullable String trouble;

    /**
     * @param wentBack marks a store that went back in time
     */
    PostgresTail(
            PostgresConnections connections,
            PostgresSchema schema,
            Position.Furthest seen,
            StoreIdentity identity,
            Runnable wentBack) {
        this.connections = connections;
        this.schema = schema;
        this.seen = seen;
        this.identity = identity;
        this.wentBack = wentBack;
        window.restart(seen.get().revision());
    }

    Interest interested(Range range) {
        lock.lock();
        try {
            Interest interest = new Interest(range, identity);
            interests.add(interest);
            return interest;
        } finally {
            lock.unlock();
        }
    }

    void lostInterest(Interest interest) {
        interests.remove(interest);
    }

    /** Whether anybody watches. */
    boolean isWatched() {
        return !interests.isEmpty();
    }

    /** Whether anybody watches one of the keys; none stands for any key. */
    boolean isWatched(List<String> keys) {
        for (Interest interest : interests) {
            if (keys.isEmpty() || keys.stream().anyMatch(interest.range::contains)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Looks for what is new, by a connection of the caller's.
     *
     * @return the look, or null if the store went back or is not there
     */
    @Nullable PostgresLook look(Connection connection, List<Long> ties) throws SQLException {
        Position before = seen.get();
        long after = revision();
        PostgresLook look = PostgresLook.at(connection, schema, before, ALL, after, ties);
        return look != null && take(look) ? look : null;
    }

    private long revision() {
        lock.lock();
        try {
            return window.revision();
        } finally {
            lock.unlock();
        }
    }

    /** False if the store went back. */
    private boolean take(PostgresLook look) {
        Position position = look.position();
        if (position == null) {
            return false;
        }
        seen.saw(position);
        lock.lock();
        try {
            trouble = null;
            if (position.revision() < window.revision()) {
                // An answer that came late.
                return true;
            }
            boolean isNew = position.revision() > window.revision();
            if (!look.identity().equals(identity)) {
                identity = look.identity();
                window.restart(position.revision());
                isNew = true;
            } else if (look.isAll()) {
                window.append(look.changes(), look.upTo());
            } else {
                // Too far behind: who needs what is in between reads it by itself.
                window.restart(position.revision());
            }
            if (isNew) {
                news.signalAll();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing can be looked up now. */
    void troubled(String why) {
        lock.lock();
        try {
            trouble = why;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Looks by one of the connections for reading. */
    void lookNow() {
        PostgresLook look =
                connections.read("looking for changes", connection -> look(connection, List.of()));
        if (look == null) {
            wentBack.run();
            connections.read("looking for changes", connection -> look(connection, List.of()));
        }
    }

    /** The changes of a range after a revision; waits for one until the time is over. */
    Found after(Interest interest, long after, long nanos, BooleanSupplier ended)
            throws InterruptedException {
        try {
            return find(interest, after, nanos, ended);
        } catch (StoreUnavailableException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            requireOpen(ended);
            throw e;
        }
    }

    private Found find(Interest interest, long after, long nanos, BooleanSupplier ended)
            throws InterruptedException {
        long left = nanos;
        long position = after;
        while (true) {
            requireOpen(ended);
            if (!interest.begun || position > revision()) {
                // It may begin at a commit that was not seen here yet.
                lookNow();
                interest.begun = true;
            }
            lock.lockInterruptibly();
            try {
                requireOpen(ended);
                String why = trouble;
                if (why != null) {
                    throw new StoreUnavailableException(why);
                }
                if (!interest.identity.equals(identity) || position > window.revision()) {
                    return new Found(null, position);
                }
                List<Change> found = window.after(interest.range, position);
                if (found != null) {
                    position = window.revision();
                    if (!found.isEmpty() || left <= 0) {
                        return new Found(found, position);
                    }
                    left = news.awaitNanos(left);
                    continue;
                }
            } finally {
                lock.unlock();
            }
            Found older = older(interest, position);
            List<Change> changes = older.changes();
            if (changes == null || !changes.isEmpty()) {
                return older;
            }
            position = older.revision();
        }
    }

    /** What the window does not reach back to. */
    private Found older(Interest interest, long position) {
        Position before = seen.get();
        PostgresLook look =
                connections.read(
                        "reading changes",
                        connection ->
                                PostgresLook.at(
                                        connection,
                                        schema,
                                        before,
                                        interest.range,
                                        position,
                                        List.of()));
        if (look == null || look.position() == null) {
            wentBack.run();
            return new Found(null, position);
        }
        boolean isGone = !look.identity().equals(interest.identity) || position < look.compacted();
        return new Found(isGone ? null : look.changes(), look.upTo());
    }

    private static void requireOpen(BooleanSupplier ended) {
        if (ended.getAsBoolean()) {
            throw new IllegalStateException("The watch is closed.");
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
}
