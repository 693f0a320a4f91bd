package dev.roster.etcd;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Calls to the servers of a cluster, one of which is in use at a time. Safe for use by many
 * threads.
 *
 * <p>A call is tried at another server only if nothing of it left this process, or if it only
 * reads.
 */
final class EtcdConnection implements AutoCloseable {
    private static final Metadata.Key<String> TOKEN =
            Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    /** A server that lost its leader ends the watches that ask for one. */
    private static final Metadata.Key<String> NEEDS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    /** etcd closes connections that ask for life more often than each 5 s. */
    private static final long KEEP_ALIVE_SECONDS = 10;

    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 4;

    /** Larger than a page of the largest values that a store takes. */
    private static final int LARGEST_ANSWER = 300 << 20;

    /** What a call does. */
    enum Kind {
        READS,
        WRITES
    }

    private final EtcdAddress address;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final AtomicInteger current = new AtomicInteger();
    private final EventLoopGroup transport;
    private final ExecutorService blocking;
    private final Object loginLock = new Object();
    private volatile @Nullable String token;
    private volatile boolean closed;

    EtcdConnection(EtcdAddress address) {
        QuietNetty.prepare();
        this.address = address;
        TlsFiles tls = address.tls();
        SslContext context = tls == null ? null : tls.context();
        transport = new NioEventLoopGroup(1, threads("roster-etcd-io"));
        blocking = Executors.newCachedThreadPool(threads("roster-etcd-name"));
        for (EtcdAddress.Endpoint endpoint : address.endpoints()) {
            channels.add(channel(endpoint, context));
        }
    }

    private static ThreadFactory threads(String name) {
        return Thread.ofPlatform().daemon().name(name).factory();
    }

    private ManagedChannel channel(EtcdAddress.Endpoint endpoint, @Nullable SslContext context) {
        NettyChannelBuilder builder =
                NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
                        .eventLoopGroup(transport)
                        .channelType(NioSocketChannel.class)
                        .directExecutor()
                        .offloadExecutor(blocking)
                        .proxyDetector(server -> null)
                        .disableRetry()
                        .disableServiceConfigLookUp()
                        .maxInboundMessageSize(LARGEST_ANSWER)
                        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        return (context == null
                        ? builder.usePlaintext()
                        : builder.useTransportSecurity().sslContext(context))
                .build();
    }

    /** All servers, for messages. */
    String servers() {
        return String.join(
                ", ", address.endpoints().stream().map(EtcdAddress.Endpoint::toString).toList());
    }

    /** The answer to a call, by the first server that gives one. */
    byte[] call(MethodDescriptor<byte[], byte[]> method, Kind kind, byte[] request)
            throws CallFailedException, InterruptedException {
        long end = System.nanoTime() + address.timeout().toNanos();
        CallFailedException failed = null;
        for (int tries = 0; tries <= channels.size(); tries++) {
            long left = end - System.nanoTime();
            if (failed != null && left < TimeUnit.MILLISECONDS.toNanos(20)) {
                throw failed;
            }
            int at = current.get();
            try {
                return callAuthenticated(at, method, request, left(left, tries));
            } catch (CallFailedException e) {
                if (e.isInterrupted()) {
                    throw e;
                }
                if (e.isUnavailable()) {
                    leave(at, e);
                }
                if (!e.isUnavailable() || (kind == Kind.WRITES && e.mayHaveHappened())) {
                    throw e;
                }
                failed = e;
            }
        }
        if (failed == null) {
            throw new IllegalStateException("no try");
        }
        throw failed;
    }

    /** One of several servers may not use up the time of all. */
    private long left(long nanos, int tries) {
        int others = channels.size() - 1 - tries;
        return others <= 0 ? nanos : Math.max(nanos / 2, TimeUnit.MILLISECONDS.toNanos(50));
    }

    private byte[] callAuthenticated(
            int at, MethodDescriptor<byte[], byte[]> method, byte[] request, long nanos)
            throws CallFailedException, InterruptedException {
        String used = token(at, null, nanos);
        try {
            return callOnce(at, method, request, nanos, used);
        } catch (CallFailedException e) {
            if (used == null || !e.isLoginOver()) {
                throw e;
            }
            // Refused at the door: nothing happened, whatever was asked.
            return callOnce(at, method, request, nanos, token(at, used, nanos));
        }
    }

    private byte[] callOnce(
            int at,
            MethodDescriptor<byte[], byte[]> method,
            byte[] request,
            long nanos,
            @Nullable String with)
            throws CallFailedException, InterruptedException {
        Metadata headers = new Metadata();
        if (with != null) {
            headers.put(TOKEN, with);
        }
        return Call.make(
                channels.get(at),
                address.endpoints().get(at).toString(),
                method,
                nanos,
                headers,
                request);
    }

    /** The token to use, made anew if the one that was used last is over; null without a user. */
    private @Nullable String token(int at, @Nullable String over, long nanos)
            throws CallFailedException, InterruptedException {
        EtcdAddress.Login login = address.login();
        String known = token;
        if (login == null || (known != null && !known.equals(over))) {
            return known;
        }
        synchronized (loginLock) {
            known = token;
            if (known == null || known.equals(over)) {
                byte[] answer =
                        callOnce(
                                at,
                                Call.AUTHENTICATE,
                                Requests.authenticate(
                                                login.user().getBytes(StandardCharsets.UTF_8),
                                                login.password().getBytes(StandardCharsets.UTF_8))
                                        .toArray(),
                                nanos,
                                null);
                known = readToken(answer);
                token = known;
            }
            return known;
        }
    }

    private static String readToken(byte[] answer) {
        ProtoReader from = new ProtoReader(answer);
        String found = "";
        for (int field = from.field(); field != 0; field = from.field()) {
            if (field == 2) {
                found = from.text();
            } else {
                from.skip();
            }
        }
        return found;
    }

    /** Forgets the login, so that the next call makes another. */
    void forgetLogin() {
        token = null;
    }

    /** Goes on to the next server; of one alone, to the next connection, and at once. */
    private void leave(int at, CallFailedException why) {
        ManagedChannel channel = channels.get(at);
        if (closed) {
            return;
        }
        if (why.isTimeout()) {
            // Who does not answer may be frozen, or behind a connection that is dead at one end.
            channel.enterIdle();
        }
        channel.resetConnectBackoff();
        current.compareAndSet(at, (at + 1) % channels.size());
    }

    /** Leaves the connection that a watch found dead. */
    void leave(int at) {
        if (!closed) {
            channels.get(at).enterIdle();
            current.compareAndSet(at, (at + 1) % channels.size());
        }
    }

    /** A call of many messages in both directions, and the server that it is made to. */
    record Stream(ClientCall<byte[], byte[]> call, Metadata headers, int at, String endpoint) {}

    /** A stream that is to be started with its headers. */
    Stream stream(MethodDescriptor<byte[], byte[]> method)
            throws CallFailedException, InterruptedException {
        int at = current.get();
        Metadata headers = new Metadata();
        headers.put(NEEDS_LEADER, "true");
        String with = token(at, null, address.timeout().toNanos());
        if (with != null) {
            headers.put(TOKEN, with);
        }
        return new Stream(
                channels.get(at).newCall(method, CallOptions.DEFAULT),
                headers,
                at,
                address.endpoints().get(at).toString());
    }

    @Override
    public void close() {
        closed = true;
        channels.forEach(ManagedChannel::shutdownNow);
        try {
            for (ManagedChannel channel : channels) {
                channel.awaitTermination(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        blocking.shutdownNow();
        transport.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
    }
}
