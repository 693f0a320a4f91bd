package dev.roster.redis;

import dev.roster.RosterException;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.io.File;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Connects to addresses, and logs in there. Nothing is repeated by itself. */
final class Wire implements AutoCloseable {
    private final RedisUrl url;
    private final Secrets secrets;
    private final Duration timeout;
    private final ClientResources resources;
    private final RedisClient client;
    private final Map<StatefulConnection<?, ?>, CompletableFuture<Void>> ending =
            new ConcurrentHashMap<>();

    Wire(RedisUrl url, Secrets secrets) {
        this.url = url;
        this.secrets = secrets;
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
                // It would be denied before the login, which is ours to send.
                .pingBeforeActivateConnection(false)
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
                // Who waits knows for how long, and gives up the connection then.
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
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

    /** A connection to a sentinel. */
    StatefulRedisConnection<byte[], byte[]> connectToSentinel(RedisUrl.Address address) {
        StatefulRedisConnection<byte[], byte[]> connection =
                await(
                        address,
                        client.connectAsync(ByteArrayCodec.INSTANCE, uri(address))
                                .toCompletableFuture());
        boolean isGood = false;
        try {
            authenticate(
                    address,
                    connection.async(),
                    url.option("sentinelUser"),
                    url.option("sentinelPassword"));
            isGood = true;
            return connection;
        } finally {
            if (!isGood) {
                close(connection);
            }
        }
    }

    /** A connection for commands, to a server of the store. */
    StatefulRedisConnection<byte[], byte[]> connect(RedisUrl.Address address) {
        StatefulRedisConnection<byte[], byte[]> connection =
                await(
                        address,
                        client.connectAsync(ByteArrayCodec.INSTANCE, uri(address))
                                .toCompletableFuture());
        boolean isGood = false;
        try {
            prepare(address, connection.async());
            // For people who list the server's clients; denied does no harm.
            var unused = connection.async().clientSetname(Names.bytes("roster"));
            isGood = true;
            return connection;
        } finally {
            if (!isGood) {
                close(connection);
            }
        }
    }

    /** A connection to listen on. */
    StatefulRedisPubSubConnection<String, String> listen(RedisUrl.Address address) {
        StatefulRedisPubSubConnection<String, String> connection =
                await(
                        address,
                        client.connectPubSubAsync(StringCodec.UTF8, uri(address))
                                .toCompletableFuture());
        boolean isGood = false;
        try {
            prepare(address, connection.async());
            var unused = connection.async().clientSetname("roster-listens");
            isGood = true;
            return connection;
        } finally {
            if (!isGood) {
                close(connection);
            }
        }
    }

    private void prepare(RedisUrl.Address address, RedisAsyncCommands<?, ?> on) {
        authenticate(address, on, url.user(), url.password());
        if (url.database() != 0) {
            String unused = await(address, on.select(url.database()).toCompletableFuture());
        }
    }

    private void authenticate(
            RedisUrl.Address address, RedisAsyncCommands<?, ?> on, String user, String password) {
        if (!user.isEmpty()) {
            String unused = await(address, on.auth(user, password).toCompletableFuture());
        } else if (!password.isEmpty()) {
            String unused = await(address, on.auth(password).toCompletableFuture());
        }
    }

    /** Without a login: what is in the URI the driver writes into its log. */
    private RedisURI uri(RedisUrl.Address address) {
        RedisURI.Builder uri =
                RedisURI.builder()
                        .withHost(address.host())
                        .withPort(address.port())
                        .withTimeout(timeout)
                        .withLibraryName("")
                        .withLibraryVersion("");
        if (url.isTls()) {
            uri.withSsl(true).withVerifyPeer(SslVerifyMode.FULL);
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
    void close(StatefulConnection<?, ?> connection) {
        if (connection.isOpen()) {
            CompletableFuture<Void> end = connection.closeAsync();
            ending.put(connection, end);
            var unused = end.whenComplete((nothing, failure) -> ending.remove(connection));
        }
    }

    private void closeWhenItComes(CompletableFuture<?> future) {
        var unused =
                future.thenAccept(late -> {
                    if (late instanceof StatefulConnection<?, ?> connection) {
                        close(connection);
                    }
                });
    }

    static StoreUnavailableException interrupted() {
        Thread.currentThread().interrupt();
        return new StoreUnavailableException(
                "The thread was interrupted while it waited for Redis.");
    }

    StoreUnavailableException late(RedisUrl.Address address) {
        return new StoreUnavailableException(
                "Redis at %s did not answer within %d ms: is it overloaded, or does a firewall drop packets?"
                        .formatted(address, timeout.toMillis()));
    }

    /** What a failure means; without its cause, whose message may say more than it should. */
    RosterException failed(RedisUrl.Address address, Throwable failure) {
        return Failure.of(address, failure, secrets, url.isTls());
    }

    @Override
    public void close() {
        try {
            // The driver complains of connections that are being closed already.
            CompletableFuture.allOf(ending.values().toArray(CompletableFuture<?>[]::new))
                    .get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            ending.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.shutdown(0, 1, TimeUnit.SECONDS);
        resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
