package dev.roster.redis;

import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connection that listens. It holds this process's tie, which is its subscription to a channel
 * of the tie's name, and hears of commits. When it breaks it is made anew at once, on a thread of
 * its own.
 */
final class News implements AutoCloseable {
    /** Hears that something was committed. */
    interface Listener {
        /** A commit with that revision, or word that some may have been missed (0). */
        void heard(long revision);
    }

    private static final long SHORTEST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    /** A tie that is made anew so soon was never missed: others look again after a longer time. */
    private static final long MENDED_NANOS = TieBook.GRACE_NANOS / 2;

    /** A connection that is dead and does not know is found out after this. */
    private static final long PING_NANOS = 10_000_000_000L;

    /** How often it is looked whether the server is still the one that scripts are sent to. */
    private static final long LOOK_MILLIS = 500;

    private final Wire wire;
    private final Link link;
    private final Names names;
    private final String tie;
    private final Runnable lookout;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Semaphore changed = new Semaphore(0);
    private final Set<Integer> topics = new TreeSet<>();
    private final Map<String, Set<RedisWaking>> wakings = new HashMap<>();
    private volatile Listener listener = revision -> {};
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> connection;
    private volatile @Nullable Session beside;
    private long answeredAt = System.nanoTime();
    private volatile long heldAt = System.nanoTime();
    private volatile boolean closed;

    News(Wire wire, Link link, Names names, String tie, Runnable lookout) {
        this.wire = wire;
        this.link = link;
        this.names = names;
        this.tie = tie;
        this.lookout = lookout;
        this.thread = new Thread(this::run, "roster-redis-news");
        thread.setDaemon(true);
    }

    /** Makes the first connection beside that session, and keeps one from then on. */
    void start(Session session) {
        connect(session);
        thread.start();
    }

    void listener(Listener next) {
        listener = next;
    }

    String tie() {
        return tie;
    }

    /** Whether there is a connection, as far as this side knows. */
    private boolean isConnected() {
        StatefulRedisPubSubConnection<String, String> now = connection;
        return now != null && now.isOpen();
    }

    /** Whether the tie is held, or broke so shortly ago that nobody can have acted on it. */
    boolean isHeld(long now) {
        if (isConnected()) {
            heldAt = now;
            return true;
        }
        return now - heldAt < MENDED_NANOS;
    }

    boolean isClosed() {
        return closed;
    }

    /** Hears of a topic from now on; what comes meanwhile may be missed. */
    void follow(int topic) {
        lock.lock();
        try {
            StatefulRedisPubSubConnection<String, String> now = connection;
            if (topics.add(topic) && now != null && now.isOpen()) {
                subscribe(now, topic);
            }
        } finally {
            lock.unlock();
        }
    }

    private void subscribe(StatefulRedisPubSubConnection<String, String> to, int topic) {
        CompletionStage<Void> begun =
                topic == Topic.ALL
                        ? to.async().psubscribe(names.news(topic))
                        : to.async().subscribe(names.news(topic));
        // What came before it began was not heard.
        var unused = begun.thenRun(() -> listener.heard(0));
    }

    /** Tells a listener what is published on a channel of wakes, and that some may be missed. */
    void follow(String channel, RedisWaking waking) {
        lock.lock();
        try {
            StatefulRedisPubSubConnection<String, String> now = connection;
            boolean isNew = !wakings.containsKey(channel);
            wakings.computeIfAbsent(channel, unused -> new HashSet<>()).add(waking);
            if (now == null || !now.isOpen()) {
                return;
            }
            if (isNew) {
                subscribe(now, channel);
            } else {
                // It may still be under way, or have been done.
                waking.woken(RedisWaking.ALL);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells a listener nothing any more. */
    void leave(String channel, RedisWaking waking) {
        lock.lock();
        try {
            Set<RedisWaking> left = wakings.get(channel);
            if (left != null && left.remove(waking) && left.isEmpty()) {
                wakings.remove(channel);
                StatefulRedisPubSubConnection<String, String> now = connection;
                if (now != null && now.isOpen()) {
                    var unused = now.async().unsubscribe(channel);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void subscribe(StatefulRedisPubSubConnection<String, String> to, String channel) {
        CompletionStage<Void> begun = to.async().subscribe(channel);
        var unused = begun.thenRun(() -> wake(channel, RedisWaking.ALL));
    }

    /** Whether it was a channel of wakes. */
    private boolean wake(String channel, String partitions) {
        lock.lock();
        try {
            Set<RedisWaking> told = wakings.getOrDefault(channel, Set.of());
            told.forEach(waking -> waking.woken(partitions));
            return !told.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        long pause = SHORTEST_PAUSE_MILLIS;
        while (!closed) {
            try {
                Session session = link.session(TimeUnit.SECONDS.toNanos(1));
                if (!isConnected() || beside != session || !answers(session)) {
                    connect(session);
                }
                pause = SHORTEST_PAUSE_MILLIS;
                lookout.run();
                awaitChange(LOOK_MILLIS);
            } catch (RuntimeException e) {
                // Unavailable, refused, or the driver's own: the tie is to be made again whatever
                // it was.
                pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
                if (!slept(ThreadLocalRandom.current().nextLong(pause / 2, pause))) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Whether the connection, if it was not looked at for a while, is more than it seems. */
    private boolean answers(Session session) {
        StatefulRedisPubSubConnection<String, String> now = connection;
        if (now == null || System.nanoTime() - answeredAt < PING_NANOS) {
            return now != null;
        }
        answeredAt = System.nanoTime();
        try {
            // What comes back depends on the protocol; that something does is enough.
            String unused = wire.await(session.address(), now.async().ping().toCompletableFuture());
            return true;
        } catch (StoreUnavailableException | StoreRefusedException e) {
            return false;
        }
    }

    private static boolean slept(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void awaitChange(long millis) throws InterruptedException {
        if (isConnected() && !closed && changed.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            int unused = changed.drainPermits();
        }
    }

    /** Subscribes on a new connection, and only then lets the former go: the tie has no gap. */
    private void connect(Session session) {
        StatefulRedisPubSubConnection<String, String> next = wire.listen(session.address());
        boolean isGood = false;
        try {
            next.addListener(
                    new RedisPubSubAdapter<String, String>() {
                        @Override
                        public void message(String channel, String message) {
                            if (!wake(channel, message)) {
                                hear(message);
                            }
                        }

                        @Override
                        public void message(String pattern, String channel, String message) {
                            hear(message);
                        }
                    });
            next.addListener(
                    new RedisConnectionStateListener() {
                        @Override
                        public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                            wake();
                        }
                    });
            Void unused =
                    wire.await(
                            session.address(),
                            next.async().subscribe(names.tie(tie)).toCompletableFuture());
            isGood = true;
        } finally {
            if (!isGood) {
                wire.close(next);
            }
        }
        replace(next, session);
        listener.heard(0);
    }

    private void replace(StatefulRedisPubSubConnection<String, String> next, Session session) {
        StatefulRedisPubSubConnection<String, String> former;
        lock.lock();
        try {
            former = connection;
            connection = next;
            beside = session;
            for (int topic : topics) {
                subscribe(next, topic);
            }
            for (String channel : wakings.keySet()) {
                subscribe(next, channel);
            }
        } finally {
            lock.unlock();
        }
        if (former != null) {
            wire.close(former);
        }
        if (closed) {
            wire.close(next);
        }
    }

    private void hear(String message) {
        long revision = 0;
        try {
            revision = Long.parseLong(message);
        } catch (NumberFormatException e) {
            // Somebody else's message: reading what is new does no harm.
            revision = 0;
        }
        listener.heard(revision);
    }

    private void wake() {
        changed.release();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        // The wire ends the connection when it is closed.
        wake();
        List<RedisWaking> told = new ArrayList<>();
        lock.lock();
        try {
            wakings.values().forEach(told::addAll);
        } finally {
            lock.unlock();
        }
        told.forEach(RedisWaking::close);
    }

    Thread thread() {
        return thread;
    }
}
