package dev.roster.sql.postgres;

import dev.roster.testkit.server.PostgresServer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One server for all tests of this JVM that do it no harm; each takes a schema of its own. */
final class SharedPostgres {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static @Nullable PostgresServer server;

    private SharedPostgres() {}

    static synchronized PostgresServer server() {
        PostgresServer running = server;
        if (running == null) {
            PostgresServer started = PostgresServer.start("max_connections=200");
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            server = started;
            return started;
        }
        return running;
    }

    /** A schema that nobody has used. */
    static String newSchema() {
        return "t%d".formatted(SCHEMAS.incrementAndGet());
    }

    static String url(String schema) {
        return server().url() + "?schema=" + schema;
    }
}
