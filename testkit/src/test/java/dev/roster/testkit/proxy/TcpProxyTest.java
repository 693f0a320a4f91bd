package dev.roster.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proxy in front of a server that sends back what it gets. */
@Timeout(30)
final class TcpProxyTest {
    private final ServerSocket server = server();
    private final AtomicInteger bytesServed = new AtomicInteger();
    private final TcpProxy proxy =
            TcpProxy.to((InetSocketAddress) server.getLocalSocketAddress(), Wire.OTHER);
    private final Socket client = new Socket();

    private static ServerSocket server() {
        try {
            return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void connect() throws IOException {
        Thread.ofVirtual().start(this::serve);
        client.connect(proxy.address());
        client.setSoTimeout(20_000);
        assertThat(ask("hello")).isEqualTo("hello");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        proxy.close();
        server.close();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            byte[] buffer = new byte[1000];
            for (int read = socket.getInputStream().read(buffer);
                    read >= 0;
                    read = socket.getInputStream().read(buffer)) {
                bytesServed.addAndGet(read);
                socket.getOutputStream().write(buffer, 0, read);
            }
        } catch (IOException e) {
            // The client is gone.
        }
    }

    private void send(String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private String ask(String text) throws IOException {
        send(text);
        return read(text.length());
    }

    private String read(int length) throws IOException {
        InputStream in = client.getInputStream();
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    @Test
    void a_delay_counts_in_both_directions() throws IOException {
        proxy.set(Weather.FAIR.withDelay(Duration.ofMillis(150)));
        long start = System.nanoTime();
        assertThat(ask("slow")).isEqualTo("slow");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300_000_000L);
    }

    @Test
    void what_was_cut_arrives_when_the_cut_is_over() throws IOException {
        proxy.set(Weather.FAIR.withCut(true, true));
        send("later");
        client.setSoTimeout(200);
        assertThatThrownBy(() -> read(5)).isInstanceOf(SocketTimeoutException.class);
        assertThat(bytesServed).hasValue("hello".length());
        client.setSoTimeout(20_000);
        proxy.set(Weather.FAIR);
        assertThat(read(5)).isEqualTo("later");
    }

    @Test
    void with_replies_cut_requests_still_arrive() throws IOException, InterruptedException {
        proxy.set(Weather.FAIR.withCut(false, true));
        send("one way");
        client.setSoTimeout(200);
        assertThatThrownBy(() -> read(7)).isInstanceOf(SocketTimeoutException.class);
        awaitServed("helloone way");
    }

    @Test
    void with_replies_swallowed_the_request_is_served_and_the_connection_ends()
            throws IOException, InterruptedException {
        proxy.swallowReplies(1000);
        send("commit");
        assertThatThrownBy(() -> requireByte()).isInstanceOf(IOException.class);
        awaitServed("hellocommit");
        awaitNone();
        assertThat(proxy.swallowed()).isEqualTo(1);
    }

    @Test
    void a_torn_connection_ends_in_the_middle_of_what_was_sent()
            throws IOException, InterruptedException {
        proxy.tear();
        send("0123456789");
        // What arrived before the end may be answered.
        assertThat(readToTheEnd()).isLessThan("0123456789".length());
        awaitNone();
        assertThat(bytesServed.get()).isLessThan("hello0123456789".length());
        assertThat(proxy.torn()).isEqualTo(1);
    }

    @Test
    void a_refusing_proxy_resets_old_connections_and_new_ones()
            throws IOException, InterruptedException {
        proxy.set(Weather.FAIR.withRefusing(true));
        assertThatThrownBy(() -> requireByte()).isInstanceOf(IOException.class);
        awaitNone();
        try (Socket another =
                new Socket(InetAddress.getLoopbackAddress(), proxy.address().getPort())) {
            another.setSoTimeout(20_000);
            assertThatThrownBy(
                            () -> {
                                if (another.getInputStream().read() < 0) {
                                    throw new IOException("ended");
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void an_end_is_passed_on_after_what_was_sent_before_it() throws IOException {
        send("last");
        client.shutdownOutput();
        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("last");
    }

    /** Reads until the connection is over; returns how many bytes came. */
    private int readToTheEnd() {
        int count = 0;
        try {
            while (client.getInputStream().read() >= 0) {
                count++;
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("it does not end", e);
        } catch (IOException e) {
            // A reset is an end.
        }
        return count;
    }

    private void requireByte() throws IOException {
        if (client.getInputStream().read() < 0) {
            throw new IOException("ended");
        }
        throw new AssertionError("a byte came");
    }

    private void awaitServed(String all) throws InterruptedException {
        while (bytesServed.get() < all.length()) {
            Thread.sleep(5);
        }
        assertThat(bytesServed).hasValue(all.length());
    }

    private void awaitNone() throws InterruptedException {
        while (proxy.connections() > 0) {
            Thread.sleep(5);
        }
    }
}
