package dev.roster.bench.flow;

import dev.roster.testkit.server.PostgresServer;
import java.net.URI;

/** Reads by a bare driver what a store has written, in pages as large as a flow's. */
interface DriverReads extends AutoCloseable {
    /** As many entries as a flow reads at once. */
    int PAGE = 1000;

    /** Reads the entries of a range of keys; returns how many. */
    int entries(String from, String to) throws Exception;

    /** Reads the changes of a range of keys after a revision; returns how many. */
    int changes(String from, String to, long afterRevision, int howMany) throws Exception;

    /** On the store with this URL. */
    static DriverReads of(String store, String url) throws Exception {
        return switch (store) {
            case "sqlite" -> JdbcReads.sqlite(url.substring("sqlite:".length()));
            case "postgresql" -> {
                URI at = URI.create(url);
                yield JdbcReads.postgres(
                        "jdbc:postgresql://%s:%d/postgres".formatted(at.getHost(), at.getPort()),
                        PostgresServer.PASSWORD);
            }
            case "redis" -> new RedisReads(URI.create(url));
            case "etcd" -> new EtcdReads("http" + url.substring("etcd".length()));
            default -> throw new IllegalArgumentException(store);
        };
    }
}
