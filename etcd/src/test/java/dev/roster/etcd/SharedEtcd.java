package dev.roster.etcd;

import dev.roster.testkit.server.EtcdServer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One server for all tests of this JVM that do it no harm; each has a namespace of its own. */
final class SharedEtcd {
    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static @Nullable EtcdServer server;

    private SharedEtcd() {}

    static synchronized EtcdServer get() {
        EtcdServer running = server;
        if (running == null) {
            // Ends with the JVM.
            running = new EtcdServer();
            server = running;
        }
        return running;
    }

    static String newNamespace() {
        return "t" + NAMESPACES.incrementAndGet();
    }

    /** The URL of a namespace that nobody has used. */
    static String newUrl() {
        return get().url() + "?timeout=10s&namespace=" + newNamespace();
    }
}
