package dev.roster.testkit.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a process and a server, on a free port of the loopback address, and does to the
 * connections what it is told: {@link #set} for what lasts, {@link #tear} and {@link
 * #swallowReplies} for what ends them. Safe for use by many threads.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2000;

    private final Wire wire;
    private final ServerSocket server;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong droppedNotices = new AtomicLong();
    private final AtomicLong swallowed = new AtomicLong();
    private final AtomicLong torn = new AtomicLong();
    private volatile Weather weather = Weather.FAIR;
    private volatile Targets targets;

    private TcpProxy(Targets targets, Wire wire, ServerSocket server) {
        this.targets = targets;
        this.wire = wire;
        this.server = server;
    }

    /** Where connections are sent on to. */
    public interface Targets {
        /**
         * Where one is sent on to; called by many threads.
         *
         * @param client the address that it comes from
         * @throws IOException it is refused
         */
        InetSocketAddress of(InetSocketAddress client) throws IOException;
    }

    /** Begins to pass connections on to a server, which need not run yet. */
    public static TcpProxy to(InetSocketAddress target, Wire wire) {
        return to(client -> target, wire);
    }

    /** Begins to pass connections on to servers that depend on who comes. */
    public static TcpProxy to(Targets targets, Wire wire) {
        try {
            ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
            TcpProxy proxy = new TcpProxy(targets, wire, server);
            Thread.ofPlatform()
                    .daemon()
                    .name("proxy-" + server.getLocalPort())
                    .start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
    }

    /** Sends connections to another server from now on, and resets the present ones. */
    public void turnTo(InetSocketAddress next) {
        targets = client -> next;
        connections.forEach(Connection::reset);
    }

    /** What happens to all connections, these and later ones, from now on. */
    public void set(Weather next) {
        weather = next;
        if (next.refusing()) {
            connections.forEach(Connection::reset);
        }
    }

    /** What happens to them now. */
    public Weather weather() {
        return weather;
    }

    /** Resets each present connection in the middle of the next piece that goes either way. */
    public void tear() {
        connections.forEach(Connection::tear);
    }

    /**
     * Drops all replies of the present connections from now on, lets requests through for so long
     * after the next one, and then closes them: what was asked for is done, and no answer comes.
     */
    public void swallowReplies(long millis) {
        connections.forEach(connection -> connection.swallow(millis));
    }

    /** How many connections there are. */
    public int connections() {
        return connections.size();
    }

    /** How many there have been. */
    public long accepted() {
        return accepted.get();
    }

    /** How many notifications were dropped. */
    public long droppedNotices() {
        long open = 0;
        for (Connection connection : connections) {
            open += connection.droppedNotices();
        }
        return droppedNotices.get() + open;
    }

    /** How many connections had a reply swallowed. */
    public long swallowed() {
        return swallowed.get();
    }

    /** How many connections were torn in the middle of a piece. */
    public long torn() {
        return torn.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client) {
        accepted.incrementAndGet();
        Socket upstream = new Socket();
        Connection connection = new Connection(this, client, upstream, wire.open());
        if (weather.refusing()) {
            connection.reset();
            return;
        }
        try {
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            InetSocketAddress from =
                    new InetSocketAddress(client.getInetAddress(), client.getPort());
            upstream.connect(targets.of(from), CONNECT_MILLIS);
        } catch (IOException e) {
            connection.reset();
            return;
        }
        connections.add(connection);
        connection.start();
        // What was said meanwhile was said to those that were there.
        if (server.isClosed() || weather.refusing()) {
            connection.reset();
        }
    }

    void ended(Connection connection) {
        if (connections.remove(connection)) {
            droppedNotices.addAndGet(connection.droppedNotices());
            swallowed.addAndGet(connection.hasSwallowed() ? 1 : 0);
            torn.addAndGet(connection.isTorn() ? 1 : 0);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.forEach(Connection::reset);
    }
}
