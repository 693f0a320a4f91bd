package dev.roster.testkit.chaos;

import dev.roster.testkit.server.EtcdServer;
import dev.roster.testkit.server.TestServer;
import java.net.InetSocketAddress;

/** etcd, one server: what it cannot have done to it, the kind leaves out. */
final class Etcd implements Server {
    /** Little enough to be used up soon. */
    static final String QUOTA = "--quota-backend-bytes=%d".formatted(64 << 20);

    private final EtcdServer server = new EtcdServer(1, false, QUOTA);

    @Override
    public TestServer itself() {
        return server;
    }

    @Override
    public Server copy(InetSocketAddress through) {
        throw new IllegalStateException("etcd has no copy that lacks commits.");
    }

    @Override
    public void promote() {
        throw new IllegalStateException("etcd has no copy that lacks commits.");
    }

    @Override
    public void refuseConnections() {
        throw new IllegalStateException("etcd has no limit of connections.");
    }

    @Override
    public void allowConnections() {}

    @Override
    public void fill() {
        server.fill();
    }

    @Override
    public void empty() {
        server.empty();
    }
}
