package dev.roster.etcd;

import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;
import dev.roster.testkit.server.EtcdServer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** A user whose role reaches the namespace, and nothing else, is enough for the contract. */
final class EtcdRoleTest extends StoreContract {
    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static @Nullable EtcdServer server;

    private final String namespace = "role/" + NAMESPACES.incrementAndGet();
    private @Nullable Compactor compactor;

    @BeforeAll
    static void start() {
        EtcdServer started = new EtcdServer();
        server = started;
        EtcdUsers.enable(started);
        EtcdUsers.add(started, "app", "pass:word@", "role/");
    }

    @AfterAll
    static void stop() {
        server().close();
    }

    private static EtcdServer server() {
        EtcdServer started = server;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    @Override
    protected Store open() {
        return EtcdStore.open(
                EtcdUsers.url(server().url(), "app", "pass%3Aword%40")
                        + "?timeout=10s&namespace="
                        + namespace);
    }

    /** etcd forgets when it is told to, and not by the number of changes. */
    @BeforeEach
    void compactWhileOneIsLeftBehind(TestInfo test) {
        if (test.getDisplayName().startsWith("a_watch_that_was_left_behind")) {
            compactor = new Compactor(server());
        }
    }

    @AfterEach
    void compactNoMore() {
        Compactor running = compactor;
        if (running != null) {
            running.close();
        }
    }
}
