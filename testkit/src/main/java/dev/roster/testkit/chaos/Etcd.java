package dev.roster.testkit.chaos;

import dev.roster.testkit.server.EtcdServer;
import dev.roster.testkit.server.TestServer;
import java.net.InetSocketAddress;

/** etcd, one server: what it cannot have done to it, the kind leaves out. */
final class Etcd implements Server {
    private final EtcdServer server = new EtcdServer();

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
        throw new IllegalStateException("An operator would have to make room.");
    }

    @Override
    public void empty() {}
}
