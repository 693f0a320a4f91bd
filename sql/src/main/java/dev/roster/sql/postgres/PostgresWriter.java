package dev.roster.sql.postgres;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.StoreUnavailableException;
import dev.roster.sql.shared.Request;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a store that writes, on a connection that nobody else uses: it takes what is
 * waiting into one call. Each commit keeps its own conditions, its own answer and its own revision.
 */
final class PostgresWriter implements AutoCloseable {
    private static final int WAITING = 10_000;

    /** How often a transaction is tried that the server gave up for the sake of another. */
    private static final int TRIES = 10;

    /**
     * How long an entry is waited for that a guarded transaction holds. Everybody waits meanwhile;
     * so it is short at first, and then as long as a queue's transaction takes, which come one
     * after the other.
     */
    private static final int LOCK_MILLIS = 2;

    private static final int PATIENT_LOCK_MILLIS = 100;

    /** How often a refusal that was too large to be sent is looked for. */
    private static final int LOOKS = 3;

    /** What is kept for watches to go back: a number, and for large values a size. */
    private static final long CHANGES_KEPT = 50_000;

    private static final long BYTES_KEPT = 64L << 20;

    /** Removed at a time: a commit never waits for more than this. */
    private static final int COMPACTION_STEP = 2000;

    private static final Commit NOTHING = new Commit(null, List.of(), List.of());

    private static final class Asked extends Request<@Nullable CommitResult> {
        final Commit commit;

        Asked(Commit commit) {
            this.commit = commit;
        }

        @Override
        protected CommitResult notDone(String why) {
            return new CommitResult.Failed(why);
        }

        @Override
        protected CommitResult unknown(String why) {
            return new CommitResult.Unknown(why);
        }
    }

    private final PostgresConnections connections;
    private final PostgresSchema schema;
    private final Position.Furthest seen;
    private final PostgresNotice notice;
    private final Runnable committed;
    private final LinkedBlockingQueue<Asked> waiting = new LinkedBlockingQueue<>(WAITING);
    private final Thread thread;
    private @Nullable Asked carried;
    private final PostgresSession session;
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
        this.session = new PostgresSession(connections, schema);
        session.begin(connection);
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
        Asked asked = new Asked(commit);
        if (closed || !waiting.offer(asked)) {
            return asked.notDone(closed ? "the store is closed" : "too many commits are waiting");
        }
        return asked.await(
                "PostgreSQL at %s took no commit for %d ms"
                        .formatted(connections.where(), Request.PATIENCE_MILLIS));
    }

    private void run() {
        while (!closed) {
            try {
                Asked first = carried == null ? waiting.take() : carried;
                carried = null;
                if (first.isWaiting()) {
                    write(first);
                }
            } catch (InterruptedException e) {
                break;
            } catch (RuntimeException e) {
                session.breakOff();
                failAll(String.valueOf(e.getMessage()));
            }
        }
        closed = true;
        failAll("the store is closed");
        session.release();
    }

    private void failAll(String why) {
        List<Asked> all = new ArrayList<>();
        Asked one = carried;
        if (one != null) {
            all.add(one);
            carried = null;
        }
        waiting.drainTo(all);
        for (Asked request : all) {
            request.fail(why);
        }
    }

    private void write(Asked first) throws InterruptedException {
        Connection using = session.connected();
        if (using == null || !first.begin()) {
            if (using == null) {
                first.fail(session.trouble());
                failAll(session.trouble());
            }
            return;
        }
        PostgresBatch batch = new PostgresBatch();
        List<Asked> requests = new ArrayList<>();
        batch.add(first.commit);
        requests.add(first);
        for (Asked next = waiting.poll(); next != null; next = waiting.poll()) {
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

    private void apply(Connection using, PostgresBatch batch, List<Asked> requests)
            throws InterruptedException {
        PostgresBatch.Outcome outcome;
        try {
            outcome = batch.apply(using, schema, seen.get(), lockMillis);
        } catch (SQLException e) {
            fail(using, requests, e);
            return;
        } catch (RuntimeException e) {
            for (Asked request : requests) {
                request.leaveOpen(String.valueOf(e));
            }
            throw e;
        }
        seen.saw(outcome.position());
        for (int at = 0; at < requests.size(); at++) {
            requests.get(at).answer(outcome.results().get(at));
        }
        if (!outcome.told().isEmpty()) {
            notice.changed(outcome.told(), outcome.position().revision());
            committed.run();
        }
        if (outcome.hasChanged()) {
            compact(using, outcome);
        }
    }

    private void fail(Connection using, List<Asked> requests, SQLException e)
            throws InterruptedException {
        String text = "PostgreSQL at %s: %s".formatted(connections.where(), PostgresErrors.text(e));
        if (!PostgresErrors.isUndone(e)) {
            session.breakOff();
            answerAll(requests, new CommitResult.Unknown(text));
        } else if (PostgresErrors.isNotInstalled(e)) {
            // Somebody has dropped the tables; connecting again makes them, if that is allowed.
            session.breakOff();
            answerAll(requests, new CommitResult.Failed(text));
        } else if (requests.size() > 1) {
            // One that cannot be applied does not take others with it.
            for (Asked request : requests) {
                applyAlone(using, request);
            }
        } else if (isLocked(e) && lockMillis == LOCK_MILLIS) {
            lockMillis = PATIENT_LOCK_MILLIS;
            applyAlone(using, requests.getFirst());
        } else if (PostgresErrors.isWorthAnotherTry(e) && tries < TRIES) {
            tries++;
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(1, 20));
            applyAlone(using, requests.getFirst());
        } else {
            answerAll(
                    requests,
                    new CommitResult.Failed(
                            isLocked(e)
                                    ? text + "; another transaction holds what it writes"
                                    : text));
        }
        tries = 0;
        lockMillis = LOCK_MILLIS;
    }

    private static boolean isLocked(SQLException e) {
        return PostgresErrors.state(e).equals(PostgresErrors.LOCK_NOT_AVAILABLE);
    }

    private int tries;
    private int lockMillis = LOCK_MILLIS;

    private void applyAlone(Connection using, Asked request) throws InterruptedException {
        if (!session.isUp()) {
            request.fail("the connection broke before its turn");
            return;
        }
        PostgresBatch alone = new PostgresBatch();
        alone.add(request.commit);
        apply(using, alone, Collections.singletonList(request));
    }

    private static void answerAll(List<Asked> requests, CommitResult result) {
        for (Asked request : requests) {
            request.answer(result);
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
                session.breakOff();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Request.PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Still in a call that does not end: it ends with its connection.
        if (thread.isAlive()) {
            session.abort();
        }
    }
}
