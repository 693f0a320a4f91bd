package dev.roster.bench;

import dev.roster.testkit.server.EtcdServer;
import dev.roster.testkit.server.PostgresServer;
import dev.roster.testkit.server.RedisServer;
import dev.roster.testkit.server.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many operations a server has carried out, by its own account. */
public final class ServerOperations {
    private static final Pattern SCRIPTS = Pattern.compile("cmdstat_eval(?:sha)?:calls=(\\d+)");
    private static final Pattern CALLS =
            Pattern.compile("(?m)^grpc_server_started_total\\{.*grpc_type=\"unary\"} (\\S+)$");

    private ServerOperations() {}

    /** Transactions of PostgreSQL, scripts of Redis, calls of etcd. */
    static long of(TestServer server) throws IOException, InterruptedException {
        return switch (server) {
            case PostgresServer postgres ->
                    Long.parseLong(
                            postgres.sql(
                                            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()")
                                    .strip());
            case RedisServer redis -> sum(SCRIPTS, redis.command("INFO", "commandstats"));
            case EtcdServer etcd -> sum(CALLS, metrics(etcd));
            default -> throw new IllegalArgumentException(server.name());
        };
    }

    private static long sum(Pattern counters, String text) {
        double sum = 0;
        Matcher found = counters.matcher(text);
        while (found.find()) {
            sum += Double.parseDouble(found.group(1));
        }
        return Math.round(sum);
    }

    private static String metrics(EtcdServer server) throws IOException, InterruptedException {
        URI uri =
                URI.create(
                        "http://%s:%d/metrics"
                                .formatted(
                                        server.address().getAddress().getHostAddress(),
                                        server.address().getPort()));
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
