package dev.roster.sql;

import dev.roster.Commit;
import dev.roster.CommitResult;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
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
    void notice() {
        ask(new Request(null));
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
                if (first.progress.get() == Progress.CANCELLED) {
                    continue;
                }
                waiting.addFirst(first);
                writeWaiting();
            } catch (InterruptedException e) {
                break;
            } catch (ClosedChannelException e) {
                break;
            } catch (IOException | RuntimeException e) {
                fail("the writer's lock failed: " + e);
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

    /** What waits while another process writes can still be cancelled. */
    private void writeWaiting() throws IOException {
        List<Request> batch = new ArrayList<>();
        List<CommitResult> results;
        boolean wrote;
        try (FileLock turn = file.side().await()) {
            List<Request> taken = new ArrayList<>();
            waiting.drainTo(taken, BATCH);
            List<@Nullable Commit> commits = new ArrayList<>();
            for (Request request : taken) {
                if (request.begin()) {
                    batch.add(request);
                    commits.add(request.commit);
                }
            }
            SqliteTransaction using = transaction;
            if (using == null) {
                results =
                        SqliteTransaction.all(
                                commits.size(), new CommitResult.Failed("reconnecting"));
                wrote = false;
            } else {
                results = using.apply(commits);
                wrote = using.wrote();
            }
        }
        if (wrote) {
            file.side().ring();
        }
        for (int at = 0; at < batch.size(); at++) {
            batch.get(at).answer.complete(results.get(at));
        }
        if (wrote) {
            file.tail().catchUp();
        }
        reconnectIfBroken();
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
