package dev.roster.sql.postgres;

import dev.roster.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Says when the tail looks: when a notice names a key that somebody watches, and about once a
 * second in any case, in turns with other processes. The same look asks for the ties of others. Its
 * session holds the own tie. While nobody watches, it waits and asks nothing.
 *
 * <p>Behind a transaction pooler there is no session, so no notices and no ties. It then looks once
 * a second and tells listeners of queues to do so, at once after an own commit, and faster for a
 * moment while much happens.
 */
final class PostgresFollower implements AutoCloseable {
    private static final Duration TURN = Duration.ofMillis(1300);
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);
    private static final long JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** The next look at a store that went back, and is being marked. */
    private static final long MARKED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A session that broke is made again this often, until others might miss the tie. */
    private static final long AT_ONCE_MILLIS = 20;

    /** Behind a pooler: how often while much happens, and for how long after something did. */
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private static final long BUSY_FOR_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final PostgresConnections connections;
    private final PostgresTail tail;
    private final @Nullable PostgresTies ties;
    private final PostgresWakes wakes;
    private final String channel;
    private final String queueChannel;
    private final PostgresHealth health;
    private final Runnable wentBack;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hint = lock.newCondition();
    private boolean hinted;
    private long eventNanos = System.nanoTime() - BUSY_FOR_NANOS;
    private long eventBeforeNanos = eventNanos;
    private long queuesToldNanos = eventNanos;
    private final AtomicReference<@Nullable Connection> session = new AtomicReference<>();
    private volatile boolean closed;

    /**
     * @param ties those to hold and look up, null for none
     */
    PostgresFollower(
            PostgresConnections connections,
            PostgresTail tail,
            @Nullable PostgresTies ties,
            PostgresWakes wakes,
            PostgresSchema schema,
            Runnable wentBack) {
        this.connections = connections;
        this.tail = tail;
        this.ties = ties;
        this.wakes = wakes;
        this.channel = PostgresNotice.channel(schema);
        this.queueChannel = PostgresWakes.channel(schema);
        this.health = new PostgresHealth(schema, connections.where());
        this.wentBack = wentBack;
        this.thread = new Thread(this::run, "roster-postgres-tail");
        thread.setDaemon(true);
    }

    /** Begins; the own tie holds when this returns. */
    void start() throws SQLException {
        if (!connections.isPooled()) {
            begin(connections.open());
        }
        thread.start();
    }

    private void begin(Connection with) throws SQLException {
        session.set(with);
        PostgresTies own = ties;
        if (own != null) {
            own.hold(with);
        }
        PostgresSchema.execute(with, "LISTEN " + channel);
        if (closed) {
            breakOff();
        }
    }

    private void run() {
        try {
            while (!closed) {
                if (connections.isPooled()) {
                    poll();
                } else {
                    listen();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            breakOff();
        }
    }

    private void listen() throws InterruptedException {
        try {
            Connection with = session.get();
            if (with == null) {
                begin(connections.openNow());
            } else {
                follow(with);
            }
        } catch (SQLException | RuntimeException e) {
            long broke = System.nanoTime();
            breakOff();
            PostgresTies own = ties;
            if (own != null) {
                own.sessionLost();
            }
            if (!closed) {
                remake(broke);
            }
        }
    }

    /** Once only, whoever comes first: pools do not like to be told twice. */
    private void breakOff() {
        PostgresConnections.discard(session.getAndSet(null));
    }

    /** Others wait a quarter of a second before they take a missing tie for broken: be faster. */
    private void remake(long broke) throws InterruptedException {
        while (!closed && session.get() == null) {
            try {
                begin(connections.openNow());
            } catch (SQLException | RuntimeException e) {
                breakOff();
                tail.troubled(
                        e instanceof SQLException sql
                                ? "PostgreSQL at %s: %s"
                                        .formatted(connections.where(), PostgresErrors.text(sql))
                                : String.valueOf(e.getMessage()));
                boolean atOnce = System.nanoTime() - broke < PostgresTies.OTHERS_GRACE_NANOS;
                TimeUnit.MILLISECONDS.sleep(
                        atOnce ? AT_ONCE_MILLIS : ThreadLocalRandom.current().nextLong(500, 1000));
            }
        }
    }

    private void follow(Connection with) throws SQLException {
        PGConnection notified = with.unwrap(PGConnection.class);
        long due = System.nanoTime();
        // A server that is reached again may have an older state, and the others should know soon.
        boolean isPending = true;
        boolean hearsQueues = false;
        while (!closed) {
            if (!hearsQueues && wakes.listeners().isAny()) {
                PostgresSchema.execute(with, "LISTEN " + queueChannel);
                hearsQueues = true;
                wakes.listeners().tellAll();
            }
            long wait = TimeUnit.NANOSECONDS.toMillis(due - System.nanoTime());
            // One that came during the last look is there already, and must not be waited for.
            if (wait > 0
                    && !isTold(notified.getNotifications())
                    && !isTold(notified.getNotifications((int) wait))
                    && due - System.nanoTime() > 0) {
                continue;
            }
            PostgresTies own = ties;
            if (own != null) {
                own.hold(with);
            }
            List<Long> asked = own == null ? List.of() : own.watched();
            if (isPending || tail.isWatched() || !asked.isEmpty()) {
                isPending = !look(with, own, asked);
                health.lookIfDue(with);
            }
            due = System.nanoTime() + (isPending ? MARKED_NANOS : untilLookNanos(own));
        }
    }

    private static long untilLookNanos(@Nullable PostgresTies own) {
        return own == null
                ? period()
                : own.untilLookNanos().orElseGet(() -> own.untilTurnNanos(TURN));
    }

    private static long period() {
        return PERIOD_NANOS + ThreadLocalRandom.current().nextLong(JITTER_NANOS);
    }

    /** False if the store went back, which was not to be looked at before it is marked. */
    private boolean look(Connection with, @Nullable PostgresTies own, List<Long> asked)
            throws SQLException {
        long at = System.nanoTime();
        PostgresLook look = tail.look(with, asked);
        if (look == null) {
            wentBack.run();
            return false;
        }
        if (own != null) {
            own.looked(look.identity().id() + look.run(), asked, look.held(), at);
        }
        return true;
    }

    private boolean isTold(PGNotification @Nullable [] notices) {
        if (notices != null) {
            boolean told = false;
            for (PGNotification notice : notices) {
                if (notice.getName().equals(queueChannel)) {
                    wakes.heard(notice.getParameter());
                } else if (tail.isWatched(PostgresNotice.keys(notice.getParameter()))) {
                    told = true;
                }
            }
            return told;
        }
        return false;
    }

    /** This process has committed something. */
    void committed() {
        if (connections.isPooled()) {
            lock.lock();
            try {
                hinted = true;
                happened();
                hint.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    private void happened() {
        eventBeforeNanos = eventNanos;
        eventNanos = System.nanoTime();
    }

    private void poll() throws InterruptedException {
        awaitHint();
        if (System.nanoTime() - queuesToldNanos > PERIOD_NANOS) {
            queuesToldNanos = System.nanoTime();
            wakes.listeners().tellAll();
        }
        if (!tail.isWatched()) {
            return;
        }
        try {
            Boolean isNew =
                    connections.read(
                            "looking for changes",
                            connection -> {
                                PostgresLook look = tail.look(connection, List.of());
                                return look == null ? null : !look.changes().isEmpty();
                            });
            if (isNew == null) {
                wentBack.run();
            } else if (isNew) {
                lock.lock();
                try {
                    happened();
                } finally {
                    lock.unlock();
                }
            }
        } catch (StoreUnavailableException e) {
            tail.troubled(String.valueOf(e.getMessage()));
        }
    }

    private void awaitHint() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean busy = System.nanoTime() - eventBeforeNanos < BUSY_FOR_NANOS;
            long left = busy ? BUSY_NANOS : period();
            while (!hinted && left > 0) {
                left = hint.awaitNanos(left);
            }
            hinted = false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        PostgresTies own = ties;
        if (own != null) {
            own.close();
        }
        thread.interrupt();
        PostgresConnections.abort(session.get());
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!thread.isAlive()) {
            breakOff();
        }
    }
}
