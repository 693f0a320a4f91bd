package dev.roster.sql;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.StoreUnavailableException;
import dev.roster.sql.shared.Request;
import java.nio.channels.ClosedChannelException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a JVM that writes to a file: it takes all that is waiting into one transaction.
 * Each commit keeps its own conditions, its own answer and its own revision; each batch of a queue
 * its own result.
 */
final class SqliteWriter {
    private static final int BATCH = 256;
    private static final int WAITING = 10_000;

    /** Others wait for the file meanwhile. */
    private static final int OPERATIONS = 4000;

    /** Between two tries while somebody who does not queue has the file. */
    private static final long SHORTEST_PAUSE_NANOS = 100_000;

    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    private final SqliteFile file;
    private final LinkedBlockingQueue<SqliteWork> waiting = new LinkedBlockingQueue<>(WAITING);
    private final Thread thread;
    private @Nullable SqliteTransaction transaction;
    private volatile boolean closed;

    SqliteWriter(SqliteFile file, Connection connection) throws SQLException {
        this.file = file;
        this.transaction = new SqliteTransaction(file, connection);
        this.thread = new Thread(this::run, "roster-sqlite-writer");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    CommitResult commit(Commit commit) {
        return ask(new SqliteWork.OfStore(commit));
    }

    /** Looks whether the file went back in time. */
    CommitResult notice() {
        return ask(new SqliteWork.OfStore(null));
    }

    private CommitResult ask(SqliteWork.OfStore commit) {
        send(commit);
        return commit.await(slow());
    }

    /** Hands in what will be answered in any case. Returns at once. */
    void send(SqliteWork work) {
        if (closed || !waiting.offer(work)) {
            work.request().fail(closed ? "the store is closed" : "too many commits are waiting");
        } else if (closed) {
            fail("the store is closed");
        }
    }

    /** What is said when something was not begun in time. */
    String slow() {
        return "%s was locked by another process for %d ms"
                .formatted(file.path(), Request.PATIENCE_MILLIS);
    }

    private void run() {
        while (!closed) {
            try {
                SqliteWork first = waiting.take();
                if (first.request().isWaiting()) {
                    write(first);
                }
            } catch (InterruptedException | ClosedChannelException e) {
                break;
            } catch (SQLException | RuntimeException e) {
                fail(String.valueOf(e.getMessage()));
                reconnectIfBroken();
            }
        }
        closed = true;
        fail("the store is closed");
        SqliteTransaction open = transaction;
        if (open != null) {
            open.close();
        }
    }

    private void fail(String why) {
        List<SqliteWork> all = new ArrayList<>();
        waiting.drainTo(all);
        for (SqliteWork work : all) {
            work.request().fail(why);
        }
    }

    /** What waits while somebody else writes can still be cancelled; what has begun cannot. */
    private void write(SqliteWork first) throws ClosedChannelException, SQLException {
        List<SqliteWork> batch = new ArrayList<>();
        List<SqliteWork> done;
        boolean wrote;
        Map<String, Set<Integer>> wakes = new HashMap<>();
        try (SideDirectory.Turn turn = file.side().await()) {
            SqliteTransaction using = connected(first);
            if (using == null || !beginWhileWaitedFor(using, first)) {
                return;
            }
            take(first, batch);
            SqliteTransaction.Outcome outcome = using.apply(batch);
            wrote = using.wrote();
            if (batch.size() > 1 && outcome.isUndone()) {
                done = applyEach(using, batch, outcome.why());
                wrote = !done.isEmpty();
            } else {
                done = outcome.isDone() ? batch : List.of();
                answerUnlessDone(batch, outcome);
            }
            if (wrote) {
                using.ring();
            }
            for (SqliteWork work : done) {
                work.wakes()
                        .forEach((queue, partitions) ->
                                wakes.computeIfAbsent(queue, name -> new TreeSet<>())
                                        .addAll(partitions));
            }
            if (!wakes.isEmpty()) {
                file.side().wake();
            }
        } catch (SQLException | RuntimeException e) {
            batch.add(first);
            for (SqliteWork work : batch) {
                work.request().fail(String.valueOf(e.getMessage()));
            }
            throw e;
        }
        wakes.forEach(file.listeners()::tell);
        done.forEach(SqliteWork::done);
        if (wrote) {
            file.tail().catchUpIfFree();
        }
        reconnectIfBroken();
    }

    private static void answerUnlessDone(
            List<SqliteWork> batch, SqliteTransaction.Outcome outcome) {
        if (!outcome.isDone()) {
            for (SqliteWork work : batch) {
                if (outcome.isUndone()) {
                    work.request().fail(outcome.why());
                } else {
                    work.request().leaveOpen(outcome.why());
                }
            }
        }
    }

    private @Nullable SqliteTransaction connected(SqliteWork first) {
        reconnectIfBroken();
        if (transaction == null) {
            first.request().fail("%s cannot be opened".formatted(file.path()));
        }
        return transaction;
    }

    /** Takes the file; false if all who waited for that have given up. */
    private boolean beginWhileWaitedFor(SqliteTransaction using, SqliteWork first)
            throws SQLException {
        long pause = SHORTEST_PAUSE_NANOS;
        while (!using.begin()) {
            boolean wanted =
                    first.request().isWaiting()
                            || waiting.stream().anyMatch(work -> work.request().isWaiting());
            if (closed) {
                first.request().fail("the store is closed");
            }
            if (closed || !wanted) {
                return false;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
        return true;
    }

    private void take(SqliteWork first, List<SqliteWork> batch) {
        List<SqliteWork> taken = new ArrayList<>(List.of(first));
        int operations = first.size();
        while (taken.size() < BATCH && operations < OPERATIONS) {
            SqliteWork next = waiting.poll();
            if (next == null) {
                break;
            }
            taken.add(next);
            operations += next.size();
        }
        for (SqliteWork work : taken) {
            if (work.request().begin()) {
                batch.add(work);
            }
        }
    }

    /** One that cannot be applied, say because the disk is full, does not take others with it. */
    private static List<SqliteWork> applyEach(
            SqliteTransaction using, List<SqliteWork> batch, String failed) {
        List<SqliteWork> done = new ArrayList<>();
        for (SqliteWork work : batch) {
            try {
                if (using.isBroken() || !using.begin()) {
                    work.request().fail(failed);
                    continue;
                }
                SqliteTransaction.Outcome outcome = using.apply(List.of(work));
                answerUnlessDone(List.of(work), outcome);
                if (outcome.isDone()) {
                    done.add(work);
                }
            } catch (SQLException | StoreUnavailableException e) {
                work.request().fail(String.valueOf(e.getMessage()));
            }
        }
        return done;
    }

    private void reconnectIfBroken() {
        SqliteTransaction using = transaction;
        if (using != null && !using.isBroken()) {
            return;
        }
        try {
            if (using != null) {
                using.close();
            }
            transaction = new SqliteTransaction(file, file.connect());
        } catch (SQLException e) {
            transaction = null;
        }
    }

    void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Request.PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
