package dev.roster.redis;

import dev.roster.RosterException;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.io.File;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Finds the server that has the namespace, and connects to it. Nothing is repeated by itself. */
final class Dialer implements AutoCloseable {
    private static final int REDIRECTIONS = 5;

    private final RedisUrl url;
    private final Conversation conversation;
    private final Duration timeout;
    private final ClientResources resources;
    private final RedisClient client;

    Dialer(RedisUrl url, Conversation conversation) {
        this.url = url;
        this.conversation = conversation;
        this.timeout = url.timeout();
        // Checked before there are threads to end.
        ClientOptions options = options();
        resources =
                ClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2).build();
        client = RedisClient.create(resources);
        client.setOptions(options);
    }

    private ClientOptions options() {
        return ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .protocolVersion(ProtocolVersion.RESP2)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(
                        SocketOptions.builder()
                                .connectTimeout(timeout)
                                .keepAlive(true)
                                .tcpNoDelay(true)
                                .build())
                .sslOptions(sslOptions())
                .build();
    }

    private SslOptions sslOptions() {
        SslOptions.Builder options = SslOptions.builder().handshakeTimeout(timeout);
        if (!url.option("ca").isEmpty()) {
            options.trustManager(readable("ca"));
        }
        if (!url.option("certificate").isEmpty()) {
            options.keyManager(readable("certificate"), readable("key"), new char[0]);
        }
        return options.build();
    }

    private File readable(String option) {
        File file = new File(url.option(option));
        if (!file.canRead()) {
            throw new StoreRefusedException(
                    "The file %s, which the option %s of the store URL names, cannot be read."
                            .formatted(file, option));
        }
        return file;
    }

    /**
     * Connects to the server that takes writes.
     *
     * @throws StoreUnavailableException none was reached
     * @throws StoreRefusedException it cannot be used as it is
     */
    Session dial() {
        List<String> tried = new ArrayList<>();
        for (RedisUrl.Address candidate : candidates(tried)) {
            try {
                return dial(candidate);
            } catch (StoreUnavailableException e) {
                tried.add(String.valueOf(e.getMessage()));
            }
        }
        throw new StoreUnavailableException(conversation.secrets().scrub(String.join(" ", tried)));
    }

    private Session dial(RedisUrl.Address first) {
        RedisUrl.Address address = first;
        for (int hop = 0; hop < REDIRECTIONS; hop++) {
            Session session = new Session(connect(address), address, conversation);
            boolean isGood = false;
            try {
                info(session, null).require(url, address);
                RedisUrl.Address moved = moved(session);
                isGood = moved == null;
                if (moved == null) {
                    return session;
                }
                address = moved;
            } finally {
                if (!isGood) {
                    session.drop();
                }
            }
        }
        throw new StoreUnavailableException(
                "The cluster of %s sends from one node to the next: it is being changed."
                        .formatted(first));
    }

    /** Where the namespace is, if another node of a cluster has it. */
    private RedisUrl.@Nullable Address moved(Session session) {
        byte[][] arguments = conversation.arguments(4);
        arguments[Conversation.OWN] = Names.bytes("0");
        arguments[Conversation.OWN + 1] = Names.bytes("0");
        arguments[Conversation.OWN + 2] = Names.bytes("0");
        arguments[Conversation.OWN + 3] = Names.bytes("0");
        CompletableFuture<List<Object>> answer =
                session.run(Script.READ, conversation.names().keys(), arguments);
        try {
            Answer read = new Answer(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
            conversation.known().saw(read.text(), read.number());
            return null;
        } catch (ExecutionException e) {
            String message = String.valueOf(Outcome.unwrapped(e).getMessage());
            if (Outcome.name(message).equals("MOVED")) {
                return target(message, session.address());
            }
            throw failed(session.address(), e);
        } catch (TimeoutException e) {
            throw late(session.address());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** The address in {@code MOVED slot host:port}; without a host it is the same one. */
    private static RedisUrl.Address target(String message, RedisUrl.Address from) {
        String address = message.substring(message.lastIndexOf(' ') + 1);
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        return new RedisUrl.Address(
                host.isEmpty() ? from.host() : host,
                Integer.parseInt(address.substring(colon + 1)));
    }

    /** What the server says of itself. */
    ServerInfo info(Session session, @Nullable String fsync) {
        String info =
                await(session.address(), session.connection().async().info().toCompletableFuture());
        return ServerInfo.of(info, fsync);
    }

    /** The same, with what CONFIG has to add if this user may ask. */
    ServerInfo fullInfo(Session session) {
        String fsync = null;
        try {
            Map<String, String> found =
                    await(
                            session.address(),
                            session.connection()
                                    .async()
                                    .configGet("appendfsync")
                                    .toCompletableFuture());
            fsync = found.get("appendfsync");
        } catch (StoreRefusedException e) {
            // Denied, as it should be.
            fsync = null;
        }
        return info(session, fsync);
    }

    /** Finds out whether this user may do all that commits do. */
    void rehearse(Session session) {
        byte[] channel = Names.bytes(conversation.names().news(0));
        CompletionStage<Object> done =
                session.connection()
                        .async()
                        .eval(
                                Script.REHEARSE.text(),
                                ScriptOutputType.VALUE,
                                conversation.names().rehearsalKeys(),
                                channel);
        await(session.address(), done.toCompletableFuture());
    }

    private List<RedisUrl.Address> candidates(List<String> tried) {
        if (url.kind() != RedisUrl.Kind.SENTINEL) {
            return url.servers();
        }
        List<RedisUrl.Address> found = new ArrayList<>();
        for (RedisUrl.Address sentinel : url.servers()) {
            try {
                RedisUrl.Address master = ask(sentinel);
                if (master == null) {
                    tried.add(
                            "The sentinel at %s knows no server %s."
                                    .formatted(sentinel, url.option("master")));
                } else if (!found.contains(master)) {
                    found.add(master);
                }
            } catch (StoreUnavailableException e) {
                tried.add("Of the sentinels: " + e.getMessage());
            }
        }
        return found;
    }

    private RedisUrl.@Nullable Address ask(RedisUrl.Address sentinel) {
        RedisURI uri = uri(sentinel, url.option("sentinelUser"), url.option("sentinelPassword"), 0);
        StatefulRedisSentinelConnection<String, String> connection =
                await(sentinel, client.connectSentinelAsync(StringCodec.UTF8, uri));
        try {
            SocketAddress master =
                    await(
                            sentinel,
                            connection
                                    .async()
                                    .getMasterAddrByName(url.option("master"))
                                    .toCompletableFuture());
            return master instanceof InetSocketAddress at
                    ? new RedisUrl.Address(at.getHostString(), at.getPort())
                    : null;
        } finally {
            close(connection);
        }
    }

    private StatefulRedisConnection<byte[], byte[]> connect(RedisUrl.Address address) {
        StatefulRedisConnection<byte[], byte[]> connection =
                await(
                        address,
                        client.connectAsync(ByteArrayCodec.INSTANCE, uri(address))
                                .toCompletableFuture());
        // For people who list the server's clients; denied does no harm.
        var unused = connection.async().clientSetname(Names.bytes("roster"));
        return connection;
    }

    /** A connection to listen on. */
    StatefulRedisPubSubConnection<String, String> listen(RedisUrl.Address address) {
        StatefulRedisPubSubConnection<String, String> connection =
                await(
                        address,
                        client.connectPubSubAsync(StringCodec.UTF8, uri(address))
                                .toCompletableFuture());
        var unused = connection.async().clientSetname("roster-listens");
        return connection;
    }

    private RedisURI uri(RedisUrl.Address address) {
        return uri(address, url.user(), url.password(), url.database());
    }

    private RedisURI uri(RedisUrl.Address address, String user, String password, int database) {
        RedisURI.Builder uri =
                RedisURI.builder()
                        .withHost(address.host())
                        .withPort(address.port())
                        .withTimeout(timeout)
                        .withDatabase(database)
                        .withLibraryName("")
                        .withLibraryVersion("");
        if (url.isTls()) {
            uri.withSsl(true).withVerifyPeer(SslVerifyMode.FULL);
        }
        if (!user.isEmpty()) {
            uri.withAuthentication(user, password.toCharArray());
        } else if (!password.isEmpty()) {
            uri.withPassword(password.toCharArray());
        }
        return uri.build();
    }

    /** The end of something that was asked of a server. */
    <T> T await(RedisUrl.Address address, CompletableFuture<T> future) {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failed(address, e);
        } catch (TimeoutException e) {
            closeWhenItComes(future);
            throw late(address);
        } catch (InterruptedException e) {
            closeWhenItComes(future);
            throw interrupted();
        }
    }

    /** Closes a connection without waiting for the end of it. */
    static void close(StatefulConnection<?, ?> connection) {
        var unused = connection.closeAsync();
    }

    private static void closeWhenItComes(CompletableFuture<?> future) {
        var unused =
                future.thenAccept(late -> {
                    if (late instanceof StatefulConnection<?, ?> connection) {
                        close(connection);
                    }
                });
    }

    private static StoreUnavailableException interrupted() {
        Thread.currentThread().interrupt();
        return new StoreUnavailableException(
                "The thread was interrupted while it waited for Redis.");
    }

    private StoreUnavailableException late(RedisUrl.Address address) {
        return new StoreUnavailableException(
                "Redis at %s did not answer within %d ms: is it overloaded, or does a firewall drop packets?"
                        .formatted(address, timeout.toMillis()));
    }

    /** What a failure means; without its cause, whose message may say more than it should. */
    private RosterException failed(RedisUrl.Address address, Throwable failure) {
        return Failure.of(address, failure, conversation.secrets(), url.isTls());
    }

    @Override
    public void close() {
        client.shutdown(0, 1, TimeUnit.SECONDS);
        resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
