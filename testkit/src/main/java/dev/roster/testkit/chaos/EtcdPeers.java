package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.Sockets;
import dev.roster.testkit.proxy.TcpProxy;
import dev.roster.testkit.proxy.Weather;
import dev.roster.testkit.proxy.Wire;
import dev.roster.testkit.server.EtcdServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ways between the servers of an etcd cluster: a proxy for each two in each direction, so that
 * one can be cut off from the others. A server has one address for all others; who comes there is
 * told by whose the connection is.
 */
final class EtcdPeers implements EtcdServer.Ways, AutoCloseable {
    private record Way(int from, int to) {}

    private final int servers;
    private final Map<Way, TcpProxy> ways = new ConcurrentHashMap<>();
    private final Map<Long, Integer> nodes = new ConcurrentHashMap<>();
    private final List<TcpProxy> doors = new ArrayList<>();

    EtcdPeers(int servers) {
        this.servers = servers;
    }

    @Override
    public InetSocketAddress to(int node, InetSocketAddress listens) {
        for (int from = 0; from < servers; from++) {
            if (from != node) {
                ways.put(new Way(from, node), TcpProxy.to(listens, Wire.OTHER));
            }
        }
        TcpProxy door = TcpProxy.to(client -> way(client, node).address(), Wire.OTHER);
        doors.add(door);
        return door.address();
    }

    private TcpProxy way(InetSocketAddress client, int to) throws IOException {
        Long owner = Sockets.owner(client, List.copyOf(nodes.keySet())).orElse(null);
        Integer from = owner == null ? null : nodes.get(owner);
        TcpProxy way = from == null ? null : ways.get(new Way(from, to));
        if (way == null) {
            throw new IOException("Nobody known comes from " + client);
        }
        return way;
    }

    @Override
    public void started(int node, long pid) {
        nodes.values().removeIf(known -> known == node);
        nodes.put(pid, node);
    }

    /** From now on nothing passes between a server and the others. */
    void cutOff(int node) {
        weather(node, Weather.FAIR.withCut(true, true));
    }

    /** All passes again; what was held back, too. */
    void join(int node) {
        weather(node, Weather.FAIR);
    }

    private void weather(int node, Weather weather) {
        ways.forEach((way, proxy) -> {
            if (way.from == node || way.to == node) {
                proxy.set(weather);
            }
        });
    }

    @Override
    public void close() {
        doors.forEach(TcpProxy::close);
        ways.values().forEach(TcpProxy::close);
    }
}
