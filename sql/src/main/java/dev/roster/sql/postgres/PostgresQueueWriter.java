package dev.roster.sql.postgres;

import dev.roster.sql.shared.Batches;
import dev.roster.sql.shared.EncodedBatch;
import dev.roster.store.QueueResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the queues of a store, on a connection that nobody else uses: one thread takes what is
 * waiting, of all callers and queues, into one call. Each batch keeps its own result. Who comes
 * while nothing is waiting or being written writes by itself, which spares two threads a wake.
 */
final class PostgresQueueWriter implements AutoCloseable {
    private static final int WAITING = 10_000;

    /**
     * How long to wait for what another transaction holds: everybody waits meanwhile. Which batch
     * needs it is found by halves.
     */
    private static final int LOCK_MILLIS = 100;

    private static final int HALVES_LOCK_MILLIS = 20;
    private static final int ALONE_LOCK_MILLIS = 300;

    /** How often a transaction is tried that the server gave up for the sake of another. */
    private static final int TRIES = 10;

    /** A batch of a request. */
    private record Part(Batches request, int at) {
        EncodedBatch batch() {
            return request.get(at);
        }

        void ended(QueueResult result) {
            request.ended(at, result);
        }
    }

    private final PostgresConnections connections;
    private final PostgresSchema schema;
    private final PostgresSession session;
    private final BiConsumer<String, Set<Integer>> woken;
    private final LinkedBlockingQueue<Batches> waiting = new LinkedBlockingQueue<>(WAITING);

    /** Held by who writes. */
    private final ReentrantLock turn = new ReentrantLock();

    /** Guarded by the turn. */
    private final ArrayDeque<Part> begun = new ArrayDeque<>();

    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param woken told of the partitions of a queue that applied batches wake
     */
    PostgresQueueWriter(
            PostgresConnections connections,
            PostgresSchema schema,
            BiConsumer<String, Set<Integer>> woken) {
        this.connections = connections;
        this.schema = schema;
        this.session = new PostgresSession(connections, schema);
        this.woken = woken;
        this.thread = new Thread(this::run, "roster-postgres-queue");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void send(Batches batches) {
        if (closed || !waiting.offer(batches)) {
            batches.fail(closed ? "the store is closed" : "too many batches are waiting");
        } else if (closed) {
            failAll("the store is closed");
        }
    }

    /** Writes them on the caller's thread if that may be, or else as {@link #send}. */
    void writeOrSend(Batches batches) {
        if (!mayWrite() || !turn.tryLock()) {
            send(batches);
            return;
        }
        try {
            if (closed || !session.isUp() || !begun.isEmpty()) {
                send(batches);
            } else {
                writeHere(batches);
            }
        } finally {
            turn.unlock();
        }
    }

    /** A virtual thread that is interrupted closes the connection that it waits for. */
    private boolean mayWrite() {
        return waiting.isEmpty() && !turn.hasQueuedThreads() && !Thread.currentThread().isVirtual();
    }

    private void writeHere(Batches batches) {
        try {
            begin(batches);
            while (!begun.isEmpty()) {
                writeBegun(false);
            }
        } catch (InterruptedException e) {
            // It waited before another try, and so it was undone.
            Thread.currentThread().interrupt();
            begun.clear();
            batches.fail("interrupted");
        } catch (RuntimeException e) {
            session.breakOff();
            failBegun(String.valueOf(e.getMessage()));
        }
    }

    private void run() {
        while (!closed) {
            try {
                writeNext(waiting.take());
            } catch (InterruptedException e) {
                break;
            } catch (RuntimeException e) {
                session.breakOff();
                failAll(String.valueOf(e.getMessage()));
            }
        }
        closed = true;
        turn.lock();
        try {
            failBegun("the store is closed");
            session.release();
        } finally {
            turn.unlock();
        }
        failAll("the store is closed");
    }

    private void writeNext(Batches first) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            if (first.isWaiting()) {
                write(first);
            }
            while (!begun.isEmpty() && !closed) {
                write(null);
            }
        } catch (RuntimeException e) {
            failBegun(String.valueOf(e.getMessage()));
            throw e;
        } finally {
            turn.unlock();
        }
    }

    private void failAll(String why) {
        List<Batches> all = new ArrayList<>();
        waiting.drainTo(all);
        for (Batches batches : all) {
            batches.fail(why);
        }
    }

    private void failBegun(String why) {
        for (Part part = begun.poll(); part != null; part = begun.poll()) {
            part.ended(new QueueResult.NotApplied(why));
        }
    }

    private void write(@Nullable Batches first) throws InterruptedException {
        if (session.connected() == null) {
            String why = session.trouble();
            if (first != null) {
                first.fail(why);
            }
            failBegun(why);
            failAll(why);
            return;
        }
        if (first != null) {
            begin(first);
        }
        writeBegun(true);
    }

    /** Writes what has begun, as much of it as goes together. */
    private void writeBegun(boolean withOthers) throws InterruptedException {
        Connection using = session.connected();
        if (using == null) {
            failBegun(session.trouble());
            return;
        }
        PostgresQueueGroup group = new PostgresQueueGroup();
        List<Part> parts = new ArrayList<>();
        while (true) {
            if (begun.isEmpty()) {
                Batches next = withOthers ? waiting.poll() : null;
                if (next == null) {
                    break;
                }
                begin(next);
            } else if (group.hasRoomFor(begun.element().batch())) {
                Part part = begun.remove();
                group.add(part.batch());
                parts.add(part);
            } else {
                break;
            }
        }
        if (!parts.isEmpty()) {
            apply(using, group, parts, LOCK_MILLIS, 0);
        }
    }

    private void begin(Batches request) {
        if (request.begin()) {
            for (int at = 0; at < request.size(); at++) {
                begun.add(new Part(request, at));
            }
        }
    }

    private void apply(
            Connection using, PostgresQueueGroup group, List<Part> parts, int lockMillis, int tries)
            throws InterruptedException {
        List<QueueResult> results;
        try {
            results = group.apply(using, schema, lockMillis);
        } catch (SQLException e) {
            fail(using, parts, tries, e);
            return;
        } catch (RuntimeException e) {
            endAll(parts, new QueueResult.Unknown(String.valueOf(e)));
            throw e;
        }
        Map<String, Set<Integer>> wakes = new HashMap<>();
        for (int at = 0; at < results.size(); at++) {
            EncodedBatch batch = parts.get(at).batch();
            if (results.get(at) instanceof QueueResult.Applied
                    && !batch.batch().wakes().isEmpty()) {
                wakes.computeIfAbsent(batch.queue(), name -> new TreeSet<>())
                        .addAll(batch.batch().wakes());
            }
        }
        wakes.forEach(woken);
        for (int at = 0; at < results.size(); at++) {
            parts.get(at).ended(results.get(at));
        }
    }

    private void fail(Connection using, List<Part> parts, int tries, SQLException e)
            throws InterruptedException {
        String text = "PostgreSQL at %s: %s".formatted(connections.where(), PostgresErrors.text(e));
        if (!PostgresErrors.isUndone(e)) {
            session.breakOff();
            endAll(parts, new QueueResult.Unknown(text));
        } else if (PostgresErrors.isNotInstalled(e)) {
            // Somebody has dropped the tables; connecting again makes them, if that is allowed.
            session.breakOff();
            endAll(parts, new QueueResult.NotApplied(text));
        } else if (parts.size() > 1) {
            // One that cannot be applied does not take others with it.
            int half = parts.size() / 2;
            applySome(using, parts.subList(0, half), 0);
            applySome(using, parts.subList(half, parts.size()), 0);
        } else if (PostgresErrors.isWorthAnotherTry(e) && tries < TRIES) {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(1, 20));
            applySome(using, parts, tries + 1);
        } else {
            boolean isLocked = PostgresErrors.state(e).equals(PostgresErrors.LOCK_NOT_AVAILABLE);
            endAll(
                    parts,
                    new QueueResult.NotApplied(
                            isLocked ? text + "; another transaction holds what it needs" : text));
        }
    }

    private void applySome(Connection using, List<Part> parts, int tries)
            throws InterruptedException {
        if (!session.isUp()) {
            endAll(parts, new QueueResult.NotApplied("the connection broke before its turn"));
            return;
        }
        PostgresQueueGroup group = new PostgresQueueGroup();
        for (Part part : parts) {
            group.add(part.batch());
        }
        int lockMillis = parts.size() > 1 ? HALVES_LOCK_MILLIS : ALONE_LOCK_MILLIS;
        apply(using, group, parts, lockMillis, tries);
    }

    private static void endAll(List<Part> parts, QueueResult result) {
        for (Part part : parts) {
            part.ended(result);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Batches.PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Still in a call that does not end: it ends with its connection.
        if (thread.isAlive()) {
            session.abort();
        }
    }
}
