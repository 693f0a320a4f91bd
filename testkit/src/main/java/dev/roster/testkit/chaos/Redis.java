package dev.roster.testkit.chaos;

import dev.roster.testkit.server.RedisServer;
import dev.roster.testkit.server.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Redis: replicas, a limit of clients and one of memory. */
final class Redis implements Server {
    private static final String[] SAFE = {"--appendonly", "yes", "--appendfsync", "always"};

    private final RedisServer server;

    /** A client that was there before the limit, to take it away. */
    private @Nullable Socket insider;

    Redis() {
        this(new RedisServer(SAFE));
    }

    private Redis(RedisServer server) {
        this.server = server;
    }

    @Override
    public TestServer itself() {
        return server;
    }

    @Override
    public Server copy(InetSocketAddress through) {
        RedisServer replica = new RedisServer(SAFE);
        replica.command(
                "REPLICAOF",
                through.getAddress().getHostAddress(),
                Integer.toString(through.getPort()));
        Waiting.until(
                "the replica follows",
                () -> replica.command("INFO", "replication").contains("master_link_status:up"));
        return new Redis(replica);
    }

    @Override
    public void promote() {
        server.command("REPLICAOF", "NO", "ONE");
    }

    @Override
    public void refuseConnections() {
        try {
            InetSocketAddress address = server.address();
            Socket socket = new Socket(address.getAddress(), address.getPort());
            insider = socket;
            say(socket, "CONFIG SET maxclients 1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void allowConnections() {
        Socket socket = insider;
        insider = null;
        if (socket != null) {
            try (socket) {
                say(socket, "CONFIG SET maxclients 10000");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void say(Socket socket, String command) throws IOException {
        socket.setSoTimeout(5000);
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        byte[] answer = new byte[100];
        int length = socket.getInputStream().read(answer);
        String text = new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII);
        if (!text.startsWith("+OK")) {
            throw new IOException(command + ": " + text);
        }
    }

    @Override
    public void fill() {
        server.command("CONFIG", "SET", "maxmemory", "1");
    }

    @Override
    public void empty() {
        server.command("CONFIG", "SET", "maxmemory", "0");
    }
}
