package dev.roster.redis;

import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Durability;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/** What is looked at when a store is opened, and said aloud if it is not as it should be. */
final class Preflight {
    private static final System.Logger LOG = System.getLogger("dev.roster.redis");

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Dialer dialer;
    private final Link link;
    private final RedisUrl url;
    private volatile long lookedAt = System.nanoTime();
    private volatile Durability durability =
            new Durability(
                    Durability.Loss.UNKNOWN,
                    Durability.Loss.UNKNOWN,
                    Durability.Loss.UNKNOWN,
                    "the server was not asked yet");

    Preflight(Dialer dialer, Link link, RedisUrl url) {
        this.dialer = dialer;
        this.link = link;
        this.url = url;
    }

    /** Looks at a server for the first time. */
    void first(Session session) {
        ServerInfo info = dialer.fullInfo(session);
        info.require(url, session.address());
        dialer.rehearse(session);
        durability = info.durability(url);
        warn(session, info);
    }

    private void warn(Session session, ServerInfo info) {
        boolean isUnknown = durability.crash() == Durability.Loss.UNKNOWN;
        if (durability.crash() != Durability.Loss.NOTHING) {
            LOG.log(
                    isUnknown ? Level.DEBUG : Level.WARNING,
                    "Redis at {0}: {1}. Acknowledged commits can be lost when it ends; members then begin anew.",
                    session.address(),
                    durability.why());
        }
        if (info.hasReplicas() && !url.acceptFailoverLoss()) {
            LOG.log(
                    Level.WARNING,
                    "Redis at {0} has replicas. If one takes over, the last acknowledged commits can be lost.",
                    session.address());
        }
    }

    /** Looks again if that was long ago: what was right at first may have been changed. */
    void now() {
        Session session = link.now();
        long now = System.nanoTime();
        if (session == null || now - lookedAt < PAUSE_NANOS) {
            return;
        }
        lookedAt = now;
        try {
            ServerInfo info = dialer.fullInfo(session);
            durability = info.durability(url);
            if (info.isEvicting()) {
                LOG.log(
                        Level.ERROR,
                        "Redis at {0} deletes keys when memory is short (maxmemory-policy {1}): set maxmemory-policy to noeviction, or the group loses its records.",
                        session.address(),
                        info.value("maxmemory_policy"));
            }
        } catch (StoreUnavailableException | StoreRefusedException e) {
            LOG.log(Level.DEBUG, "Redis did not say how it is configured: {0}", e.getMessage());
        }
    }

    /** As the server was configured when it was asked last. */
    Durability durability() {
        return durability;
    }
}
