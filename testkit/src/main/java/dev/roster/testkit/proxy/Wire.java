package dev.roster.testkit.proxy;

/** The protocols in whose replies the proxy can tell notifications from answers. */
public enum Wire {
    /** Any other: nothing is looked at, and dropping notifications does nothing. */
    OTHER,
    /** PostgreSQL's: a NotificationResponse is one. */
    POSTGRESQL,
    /** Redis's: a message of a subscription is one. */
    REDIS,
    /** HTTP/2 as gRPC uses it for etcd: whatever comes on the stream of a watch is one. */
    ETCD;

    /** A reader for one new connection. */
    Notices open() {
        return switch (this) {
            case OTHER -> new Notices.None();
            case POSTGRESQL -> new PostgresNotices();
            case REDIS -> new RedisNotices();
            case ETCD -> new EtcdNotices();
        };
    }
}
