package dev.roster.redis;

import dev.roster.testkit.server.RedisServer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One server for all tests of this JVM that do it no harm; each has a namespace of its own. */
final class SharedServer {
    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static @Nullable RedisServer server;

    private SharedServer() {}

    static synchronized RedisServer get() {
        RedisServer running = server;
        if (running == null) {
            // Ends with the JVM.
            running = new RedisServer();
            server = running;
        }
        return running;
    }

    /** The URL of a namespace that nobody has used. */
    static String newUrl() {
        // Patient: the disk of a machine that builds is busy.
        return "redis://127.0.0.1:%d?timeout=10s&namespace=t%d"
                .formatted(get().address().getPort(), NAMESPACES.incrementAndGet());
    }
}
