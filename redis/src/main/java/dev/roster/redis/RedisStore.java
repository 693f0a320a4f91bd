package dev.roster.redis;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Fence;
import dev.roster.Limits;
import dev.roster.StoreClosedException;
import dev.roster.StoreIdentity;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Durability;
import dev.roster.store.Queue;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import dev.roster.store.StoreLimits;
import dev.roster.store.Ties;
import dev.roster.store.Watch;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A store on a Redis or Valkey server, 6.2 or newer; on one that Sentinel guards; or on the node of
 * a cluster that has the namespace's hash tag. Safe for use by many threads.
 *
 * <p>An acknowledged commit survives what {@link #durability} says, which depends on how the server
 * is configured: nothing is lost with {@code appendonly yes} and {@code appendfsync always}, the
 * last second's with {@code everysec}, everything without {@code appendonly}. A failover can lose
 * the last commits whatever is configured.
 *
 * <p>A server that was started anew, took over from another, or came back with an older content is
 * another life of the store: members notice, join anew, and take nothing on for one lease.
 */
public final class RedisStore implements Store {
    static final StoreLimits LIMITS = new StoreLimits(500, Limits.VALUE_BYTES);
    private static final String IDENTITY = "redis-";

    private final RedisUrl url;
    private final Wire wire;
    private final Conversation conversation;
    private final Link link;
    private final Questions questions;
    private final News news;
    private final Tail tail;
    private final RedisTies ties;
    private final Preflight preflight;
    private final Duration timeout;
    private final AtomicBoolean closed = new AtomicBoolean();

    RedisStore(RedisUrl url) {
        this.url = url;
        this.timeout = url.timeout();
        this.conversation = new Conversation(Names.of(url.namespace()), url.secrets());
        this.wire = new Wire(url, conversation.secrets());
        Dialer dialer = new Dialer(url, conversation, wire);
        this.link = new Link(dialer, url.toString());
        this.questions = new Questions(link, conversation, url);
        this.preflight = new Preflight(dialer, link, url);
        this.news = new News(wire, link, conversation.names(), newTie(), preflight::now);
        TieBook book = new TieBook();
        this.tail = new Tail(questions, news, book);
        this.ties = new RedisTies(news, book, tail, closed::get);
        boolean isOpen = false;
        try {
            Session session = link.first();
            preflight.first(session);
            news.start(session);
            isOpen = true;
        } finally {
            if (!isOpen) {
                close();
            }
        }
    }

    private static String newTie() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /**
     * Opens the store that a URL names: {@code redis://user:password@host:port/database}, {@code
     * rediss://} for TLS, {@code redis-sentinel://} for servers that Sentinel guards. The options
     * are in the reference of store URLs.
     *
     * @throws StoreRefusedException the URL is wrong, or the server cannot be used as it is
     * @throws StoreUnavailableException the server does not answer
     */
    public static RedisStore open(String url) {
        for (RedisUrl.Kind kind : RedisUrl.Kind.values()) {
            if (url.startsWith(kind.scheme() + ":")) {
                return new RedisStore(RedisUrl.parse(kind, url));
            }
        }
        throw new StoreRefusedException(
                "A Redis store URL begins with redis://, rediss:// or redis-sentinel://.");
    }

    /**
     * Lets a script of the caller's, sent to the same server with whatever driver, take effect only
     * while a fence holds. Asks the server nothing.
     */
    public RedisGuard guard(Fence fence) {
        return new RedisGuard(conversation.names(), fence);
    }

    static StoreIdentity identityOf(String life) {
        return new StoreIdentity(IDENTITY + life);
    }

    /** The life that an identity names; of another kind of store it is none that there can be. */
    static String lifeOf(StoreIdentity identity) {
        String id = identity.id();
        return id.startsWith(IDENTITY) && id.length() > IDENTITY.length()
                ? id.substring(IDENTITY.length())
                : "none of Redis: " + id;
    }

    @Override
    public Snapshot read(Range range) {
        requireOpen();
        try {
            return questions.read(range);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("Reading from Redis was interrupted.");
        }
    }

    @Override
    public CommitResult commit(Commit commit) {
        StoreLimits.check(commit, LIMITS);
        if (closed.get()) {
            return new CommitResult.Failed("the store is closed");
        }
        Session session;
        try {
            session = link.session(Link.nanos(timeout));
        } catch (StoreUnavailableException e) {
            return new CommitResult.Failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CommitResult.Failed("interrupted before the commit was sent");
        }
        return await(session, session.commits().submit(commit));
    }

    private CommitResult await(Session session, Gatherer.Request<Commit, CommitResult> request) {
        try {
            return request.answer().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            boolean isTakenBack = request.cancel();
            link.drop(session);
            return isTakenBack
                    ? new CommitResult.Failed(
                            "Redis at %s was busy for %d ms"
                                    .formatted(session.address(), timeout.toMillis()))
                    : new CommitResult.Unknown(
                            "no answer from Redis at %s within %d ms"
                                    .formatted(session.address(), timeout.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return request.cancel()
                    ? new CommitResult.Failed("interrupted before the commit was sent")
                    : new CommitResult.Unknown("interrupted while the commit was under way");
        } catch (ExecutionException e) {
            return new CommitResult.Unknown(
                    conversation.secrets().scrub(String.valueOf(e.getCause())));
        }
    }

    @Override
    public Watch watch(Range range, long afterRevision) {
        requireOpen();
        return new RedisWatch(tail, range, afterRevision, conversation.known().now(), closed::get);
    }

    /** A queue of sorted sets, whose batches go together in one script. */
    @Override
    public Queue queue(String name) {
        return new RedisQueue(
                Limits.checkedName("queue name", name), url, conversation, link, questions, news);
    }

    @Override
    public StoreIdentity identity() {
        return read(Range.key("identity").limit(0)).identity();
    }

    @Override
    public StoreLimits limits() {
        return LIMITS;
    }

    @Override
    public Ties ties() {
        return ties;
    }

    @Override
    public Durability durability() {
        return preflight.durability();
    }

    /** For tests: what is published is not heard from now on. */
    void hearNothing() {
        news.listener(revision -> {});
    }

    /** Where it leads, without user and password. */
    @Override
    public String toString() {
        return url.toString();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            tail.close();
            news.close();
            link.close();
            wire.close();
            join(tail.thread());
            join(news.thread());
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(1000);
        } catch (InterruptedException e) {
            // It ends by itself; closing is not to be given up half-way.
            Thread.currentThread().interrupt();
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new StoreClosedException("The store %s is closed.".formatted(url));
        }
    }
}
