package dev.roster.testkit.proxy;

import java.util.function.Supplier;

/** The protocols in whose replies the proxy can tell notifications from answers. */
public enum Wire {
    /** Any other: nothing is looked at, and dropping notifications does nothing. */
    OTHER(Notices.None::new),
    /** PostgreSQL's: a NotificationResponse is one. */
    POSTGRESQL(PostgresNotices::new),
    /** Redis's: a push, a message of a subscription, and the answer of a blocking XREAD are. */
    REDIS(RedisNotices::new),
    /** HTTP/2 as gRPC uses it for etcd: whatever comes on the stream of a watch is one. */
    ETCD(EtcdNotices::new);

    private final Supplier<Notices> notices;

    Wire(Supplier<Notices> notices) {
        this.notices = notices;
    }

    /** A reader for one new connection. */
    Notices open() {
        return notices.get();
    }
}
