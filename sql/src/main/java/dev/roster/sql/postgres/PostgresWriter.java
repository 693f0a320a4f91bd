package dev.roster.sql.postgres;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.StoreUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a store that writes, on a connection that nobody else uses: it takes what is
 * waiting into one call. Each commit keeps its own conditions, its own answer and its own revision.
 */
final class PostgresWriter implements AutoCloseable {
    private static final int WAITING = 10_000;

    /** How long a commit that has not begun is waited for, and one that has. */
    private static final long PATIENCE_MILLIS = 2000;

    /** How often a transaction is tried that the server gave up for the sake of another. */
    private static final int TRIES = 10;

    /** How often a refusal that was too large to be sent is looked for. */
    private static final int LOOKS = 3;

    /** What is kept for watches to go back: a number, and for large values a size. */
    private static final long CHANGES_KEPT = 50_000;

    private static final long BYTES_KEPT = 64L << 20;

    /** Removed at a time: a commit never waits for more than this. */
    private static final int COMPACTION_STEP = 2000;

    private static final Commit NOTHING = new Commit(null, List.of(), List.of());

    private enum Progress {
        WAITING,
        BEGUN,
        CANCELLED
    }

    private static final class Request {
        final Commit commit;
        final CompletableFuture<@Nullable CommitResult> answer = new CompletableFuture<>();
        private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.WAITING);

        Request(Commit commit) {
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

    private final PostgresConnections connections;
    private final PostgresSchema schema;
    private final Position.Furthest seen;
    private final PostgresNotice notice;
    private final Runnable committed;
    private final LinkedBlockingQueue<Request> waiting = new LinkedBlockingQueue<>(WAITING);
    private final Thread thread;
    private @Nullable Request carried;
    private final AtomicReference<@Nullable Connection> connection = new AtomicReference<>();
    private volatile boolean closed;

    PostgresWriter(
            PostgresConnections connections,
            PostgresSchema schema,
            Position.Furthest seen,
            PostgresNotice notice,
            Runnable committed,
            Connection connection) {
        this.connections = connections;
        this.schema = schema;
        this.seen = seen;
        this.notice = notice;
        this.committed = committed;
        this.connection.set(connection);
        this.thread = new Thread(this::run, "roster-postgres-writer");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Applies a commit; {@code reads} looks for refusals that are too large to be sent at once. */
    CommitResult commit(Commit commit, PostgresReads reads) {
        for (int look = 0; look < LOOKS; look++) {
            CommitResult result = ask(commit);
            if (result == null) {
                try {
                    result = reads.refusal(commit);
                } catch (StoreUnavailableException e) {
                    result = new CommitResult.Failed(String.valueOf(e.getMessage()));
                }
            }
            if (result != null) {
                return result;
            }
        }
        return new CommitResult.Failed("what the commit looks at changes faster than it is read");
    }

    /** Looks whether the store went back in time, and marks it if so. */
    CommitResult notice() {
        CommitResult result = ask(NOTHING);
        return result == null ? new CommitResult.Failed("no answer") : result;
    }

    private @Nullable CommitResult ask(Commit commit) {
        Request request = new Request(commit);
        if (closed || !waiting.offer(request)) {
            return new CommitResult.Failed(
                    closed ? "the store is closed" : "too many commits are waiting");
        }
        try {
            return request.answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return request.cancel()
                    ? new CommitResult.Failed(
                            "PostgreSQL at %s took no commit for %d ms"
                                    .formatted(connections.where(), PATIENCE_MILLIS))
                    : wait(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return request.cancel()
                    ? new CommitResult.Failed("interrupted")
                    : new CommitResult.Unknown("interrupted while the commit was under way");
        } catch (ExecutionException e) {
            return new CommitResult.Unknown(String.valueOf(e.getCause()));
        }
    }

    private static @Nullable CommitResult wait(Request request) {
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
                Request first = carried == null ? waiting.take() : carried;
                carried = null;
                if (first.isWaiting()) {
                    write(first);
                }
            } catch (InterruptedException e) {
                break;
            } catch (RuntimeException e) {
                breakOff();
                failAll(String.valueOf(e.getMessage()));
            }
        }
        closed = true;
        failAll("the store is closed");
        PostgresConnections.release(connection.getAndSet(null));
    }

    private void failAll(String why) {
        List<Request> all = new ArrayList<>();
        Request one = carried;
        if (one != null) {
            all.add(one);
            carried = null;
        }
        waiting.drainTo(all);
        for (Request request : all) {
            answer(request, new CommitResult.Failed(why));
        }
    }

    private static void answer(Request request, @Nullable CommitResult result) {
        request.begin();
        request.answer.complete(result);
    }

    private void write(Request first) throws InterruptedException {
        Connection using = connected();
        if (using == null || !first.begin()) {
            if (using == null) {
                answer(first, new CommitResult.Failed(trouble));
                failAll(trouble);
            }
            return;
        }
        PostgresBatch batch = new PostgresBatch();
        List<Request> requests = new ArrayList<>();
        batch.add(first.commit);
        requests.add(first);
        for (Request next = waiting.poll(); next != null; next = waiting.poll()) {
            if (!batch.hasRoomFor(next.commit)) {
                carried = next;
                break;
            }
            if (next.begin()) {
                batch.add(next.commit);
                requests.add(next);
            }
        }
        apply(using, batch, requests);
    }

    private String trouble = "";

    /** The connection, made again if it broke; null if that fails now. */
    private @Nullable Connection connected() throws InterruptedException {
        Connection using = connection.get();
        if (using != null) {
            return using;
        }
        long pause = connections.pauseNanos();
        if (pause > 0) {
            TimeUnit.NANOSECONDS.sleep(pause);
        }
        try {
            using = connections.open();
            connection.set(using);
            schema.prepare(using);
            return using;
        } catch (SQLException | RuntimeException e) {
            trouble =
                    e instanceof SQLException sql
                            ? String.valueOf(
                                    PostgresErrors.unavailable(
                                                    connections.where(), "connecting", sql)
                                            .getMessage())
                            : String.valueOf(e.getMessage());
            breakOff();
            return null;
        }
    }

    private void breakOff() {
        PostgresConnections.discard(connection.getAndSet(null));
    }

    private void apply(Connection using, PostgresBatch batch, List<Request> requests)
            throws InterruptedException {
        PostgresBatch.Outcome outcome;
        try {
            outcome = batch.apply(using, schema, seen.get());
        } catch (SQLException e) {
            fail(using, requests, e);
            return;
        } catch (RuntimeException e) {
            for (Request request : requests) {
                answer(request, new CommitResult.Unknown(String.valueOf(e)));
            }
            throw e;
        }
        seen.saw(outcome.position());
        for (int at = 0; at < requests.size(); at++) {
            answer(requests.get(at), outcome.results().get(at));
        }
        if (!outcome.changed().isEmpty()) {
            notice.changed(outcome.changed(), outcome.position().revision());
            committed.run();
            compact(using, outcome);
        }
    }

    private void fail(Connection using, List<Request> requests, SQLException e)
            throws InterruptedException {
        String text = "PostgreSQL at %s: %s".formatted(connections.where(), PostgresErrors.text(e));
        if (!PostgresErrors.isUndone(e)) {
            breakOff();
            answerAll(requests, new CommitResult.Unknown(text));
        } else if (PostgresErrors.isNotInstalled(e)) {
            // Somebody has dropped the tables; connecting again makes them, if that is allowed.
            breakOff();
            answerAll(requests, new CommitResult.Failed(text));
        } else if (requests.size() > 1) {
            // One that cannot be applied does not take others with it.
            for (Request request : requests) {
                applyAlone(using, request);
            }
        } else if (PostgresErrors.isWorthAnotherTry(e) && tries < TRIES) {
            tries++;
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(1, 20));
            applyAlone(using, requests.getFirst());
        } else {
            boolean isLocked = PostgresErrors.state(e).equals(PostgresErrors.LOCK_NOT_AVAILABLE);
            answerAll(
                    requests,
                    new CommitResult.Failed(
                            isLocked ? text + "; another transaction holds what it writes" : text));
        }
        tries = 0;
    }

    private int tries;

    private void applyAlone(Connection using, Request request) throws InterruptedException {
        if (connection.get() == null) {
            answer(request, new CommitResult.Failed("the connection broke before its turn"));
            return;
        }
        PostgresBatch alone = new PostgresBatch();
        alone.add(request.commit);
        apply(using, alone, Collections.singletonList(request));
    }

    private static void answerAll(List<Request> requests, CommitResult result) {
        for (Request request : requests) {
            answer(request, result);
        }
    }

    /** Removes the oldest changes, whole commits, when there are too many. */
    private void compact(Connection using, PostgresBatch.Outcome outcome) {
        if (outcome.kept() < CHANGES_KEPT + COMPACTION_STEP && outcome.keptBytes() < BYTES_KEPT) {
            return;
        }
        try (PreparedStatement call =
                using.prepareStatement(schema.sql("SELECT :schema.roster_compact_1(?)"))) {
            call.setInt(1, Math.clamp(outcome.kept() / 2, 1, COMPACTION_STEP));
            call.execute();
        } catch (SQLException e) {
            if (!PostgresErrors.isUndone(e)) {
                breakOff();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Still in a call that does not end: it ends with its connection.
        if (thread.isAlive()) {
            breakOff();
        }
    }
}
