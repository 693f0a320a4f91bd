package dev.roster.sql;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.StoreUnavailableException;
import java.nio.channels.ClosedChannelException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a JVM that writes to a file: it takes all that is waiting into one transaction.
 * Each commit keeps its own conditions, its own answer and its own revision.
 */
final class SqliteWriter {
    private static final int BATCH = 256;
    private static final int WAITING = 10_000;

    /** How long a commit that has not begun is waited for, and one that has. */
    private static final long PATIENCE_MILLIS = 2000;

    /** Between two tries while somebody who does not queue has the file. */
    private static final long SHORTEST_PAUSE_NANOS = 100_000;

    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    private enum Progress {
        WAITING,
        BEGUN,
        CANCELLED
    }

    private static final class Request {
        final @Nullable Commit commit;
        final CompletableFuture<CommitResult> answer = new CompletableFuture<>();
        final AtomicReference<Progress> progress = new AtomicReference<>(Progress.WAITING);

        Request(@Nullable Commit commit) {
            this.commit = commit;
        }

        boolean cancel() {
            return progress.compareAndSet(Progress.WAITING, Progress.CANCELLED);
        }

        boolean isWaiting() {
            return progress.get() == Progress.WAITING;
        }

        boolean begin() {
            return progress.compareAndSet(Progress.WAITING, Progress.BEGUN);
        }
    }

    private final SqliteFile file;
    private final LinkedBlockingDeque<Request> waiting = new LinkedBlockingDeque<>(WAITING);
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
        return ask(new Request(commit));
    }

    /** Looks whether the file went back in time. */
    CommitResult notice() {
        return ask(new Request(null));
    }

    private CommitResult ask(Request request) {
        if (closed || !waiting.offer(request)) {
            return new CommitResult.Failed(
                    closed ? "the store is closed" : "too many commits are waiting");
        }
        try {
            return request.answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return request.cancel() ? failed() : wait(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return request.cancel()
                    ? new CommitResult.Failed("interrupted")
                    : new CommitResult.Unknown("interrupted while the commit was under way");
        } catch (ExecutionException e) {
            return new CommitResult.Unknown(String.valueOf(e.getCause()));
        }
    }

    private CommitResult failed() {
        return new CommitResult.Failed(
                "%s was locked by another process for %d ms"
                        .formatted(file.path(), PATIENCE_MILLIS));
    }

    private static CommitResult wait(Request request) {
        try {
            return request.answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return new CommitResult.Unknown("the commit has begun and does not end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CommitResult.Unknown("interrupted while the commit was under way");
        }
    }

    private void run() {
        while (!closed) {
            try {
                Request first = waiting.take();
                if (first.isWaiting()) {
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
        List<Request> all = new ArrayList<>();
        waiting.drainTo(all);
        for (Request request : all) {
            if (request.begin()) {
                request.answer.complete(new CommitResult.Failed(why));
            }
        }
    }

    /** What waits while somebody else writes can still be cancelled; what has begun cannot. */
    private void write(Request first) throws ClosedChannelException, SQLException {
        List<Request> batch = new ArrayList<>();
        List<CommitResult> results;
        boolean wrote;
        try (SideDirectory.Turn turn = file.side().await()) {
            SqliteTransaction using = connected(first);
            if (using == null || !beginWhileWaitedFor(using, first)) {
                return;
            }
            take(first, batch);
            results = apply(using, batch);
            wrote = using.wrote();
            if (batch.size() > 1 && using.isUndone()) {
                results = applyEach(using, batch, results.getFirst());
                wrote = results.stream().anyMatch(CommitResult.Applied.class::isInstance);
            }
            if (wrote) {
                using.ring();
            }
        } catch (SQLException | RuntimeException e) {
            batch.add(first);
            for (Request request : batch) {
                request.begin();
                request.answer.complete(new CommitResult.Failed(String.valueOf(e.getMessage())));
            }
            throw e;
        }
        for (int at = 0; at < batch.size(); at++) {
            batch.get(at).answer.complete(results.get(at));
        }
        if (wrote) {
            file.tail().catchUpIfFree();
        }
        reconnectIfBroken();
    }

    private @Nullable SqliteTransaction connected(Request first) {
        reconnectIfBroken();
        if (transaction == null && first.begin()) {
            first.answer.complete(
                    new CommitResult.Failed("%s cannot be opened".formatted(file.path())));
        }
        return transaction;
    }

    /** Takes the file; false if all who waited for that have given up. */
    private boolean beginWhileWaitedFor(SqliteTransaction using, Request first)
            throws SQLException {
        long pause = SHORTEST_PAUSE_NANOS;
        while (!using.begin()) {
            boolean wanted = first.isWaiting() || waiting.stream().anyMatch(Request::isWaiting);
            if (closed && first.begin()) {
                first.answer.complete(new CommitResult.Failed("the store is closed"));
            }
            if (closed || !wanted) {
                return false;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
        return true;
    }

    private void take(Request first, List<Request> batch) {
        List<Request> taken = new ArrayList<>(List.of(first));
        waiting.drainTo(taken, BATCH - 1);
        for (Request request : taken) {
            if (request.begin()) {
                batch.add(request);
            }
        }
    }

    private static List<CommitResult> apply(SqliteTransaction using, List<Request> batch) {
        List<@Nullable Commit> commits = new ArrayList<>();
        for (Request request : batch) {
            commits.add(request.commit);
        }
        return using.apply(commits);
    }

    /** One that cannot be applied, say because the disk is full, does not take others with it. */
    private static List<CommitResult> applyEach(
            SqliteTransaction using, List<Request> batch, CommitResult failed) {
        List<CommitResult> results = new ArrayList<>();
        for (Request request : batch) {
            try {
                results.add(
                        !using.isBroken() && using.begin()
                                ? apply(using, List.of(request)).getFirst()
                                : failed);
            } catch (SQLException | StoreUnavailableException e) {
                results.add(new CommitResult.Failed(String.valueOf(e.getMessage())));
            }
        }
        return results;
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
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
