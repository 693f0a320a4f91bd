package dev.roster.bench.store;

import dev.roster.bench.Part;
import dev.roster.bench.Table;
import dev.roster.store.Store;
import dev.roster.testkit.server.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Path;

/**
 * Measures compare-and-set on Redis, by the bare driver's script and by the store, in turns on the
 * same server, and how soon a watch knows of a commit.
 */
public final class RedisPart implements Part {
    /** What a compare-and-set by hand is: the value as it was read, and the new one. */
    private static final String COMPARE_AND_SET =
            """
            if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[2])
            return 1
            """;

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String summary() {
        return "compare-and-set of RedisStore, beside the bare driver, and news of it (2 min)";
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public String measured(Path directory) throws InterruptedException {
        Table table = new Table();
        measure("always", table);
        measure("everysec", table);
        return table.markdown();
    }

    private static void measure(String fsync, Table table) throws InterruptedException {
        try (RedisServer server = new RedisServer("--appendonly", "yes", "--appendfsync", fsync);
                Store store = Store.open(server.url())) {
            SideBySide sides = new SideBySide("appendfsync " + fsync, "RedisStore", table);
            RedisClient client =
                    RedisClient.create("redis://127.0.0.1:" + server.address().getPort());
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                String digest = connection.sync().scriptLoad(COMPARE_AND_SET);
                SideBySide.Side driver = key -> driver(connection, digest, key);
                for (int threads : new int[] {1, 32}) {
                    sides.compare(threads, driver, SideBySide.side(store));
                }
            } finally {
                client.shutdown();
            }
            try (Store other = Store.open(server.url())) {
                sides.notices(store, other);
            }
        }
    }

    private static SideBySide.Setter driver(
            StatefulRedisConnection<String, String> connection, String digest, String key) {
        String[] last = {""};
        return value -> {
            String next = new String(value, java.nio.charset.StandardCharsets.ISO_8859_1);
            Long done =
                    connection
                            .sync()
                            .evalsha(
                                    digest,
                                    ScriptOutputType.INTEGER,
                                    new String[] {"driver/" + key},
                                    last[0],
                                    next);
            if (done == null || done != 1) {
                throw new IllegalStateException("refused");
            }
            last[0] = next;
        };
    }
}
