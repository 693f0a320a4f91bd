package dev.roster.bench;

import dev.roster.testkit.server.EtcdServer;
import dev.roster.testkit.server.PostgresServer;
import dev.roster.testkit.server.RedisServer;
import dev.roster.testkit.server.Servers;
import dev.roster.testkit.server.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The stores to measure, with servers of the benchmark's own: all that this machine has, or those
 * that {@code BENCH_STORES} in the environment names.
 */
public final class StoreServers implements AutoCloseable {
    private static final List<String> ALL = List.of("sqlite", "postgresql", "redis", "etcd");

    private final Path directory;
    private final Map<String, TestServer> servers = new TreeMap<>();
    private int files;

    public StoreServers(Path directory) {
        this.directory = directory;
    }

    /** The stores to measure. */
    public static List<String> chosen() {
        String wanted = System.getenv("BENCH_STORES");
        List<String> chosen =
                new ArrayList<>(
                        wanted == null || wanted.isEmpty() ? ALL : List.of(wanted.split(",", -1)));
        chosen.removeIf(name -> {
            boolean missing =
                    switch (name) {
                        case "redis" -> Servers.find("redis-server").isEmpty();
                        case "etcd" -> Servers.find("etcd").isEmpty();
                        default -> false;
                    };
            if (missing) {
                System.err.printf("bench: %s is left out: not on this machine%n", name);
            }
            return missing;
        });
        return chosen;
    }

    /** An empty store of this kind. */
    public String url(String store) {
        if (store.equals("sqlite")) {
            files++;
            return "sqlite:" + directory.resolve("bench-" + files + ".db");
        }
        TestServer server = servers.get(store);
        if (server == null) {
            server = start(store);
            servers.put(store, server);
        } else {
            server.wipe();
        }
        return server.url();
    }

    /** How many operations the server of a store has carried out; 0 where there is no server. */
    public long operations(String store) throws IOException, InterruptedException {
        TestServer server = servers.get(store);
        return server == null ? 0 : ServerOperations.of(server);
    }

    private static TestServer start(String store) {
        return switch (store) {
            case "postgresql" -> PostgresServer.start("max_connections=300");
            case "redis" -> new RedisServer();
            case "etcd" -> new EtcdServer();
            default ->
                    throw new IllegalArgumentException(
                            "BENCH_STORES names \"%s\"; known are %s".formatted(store, ALL));
        };
    }

    @Override
    public void close() {
        servers.values().forEach(TestServer::close);
        servers.clear();
    }
}
