package dev.roster.redis;

import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
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

/** Finds the server that has the namespace, and looks whether it can be used. */
final class Dialer {
    private static final int REDIRECTIONS = 5;

    private final RedisUrl url;
    private final Conversation conversation;
    private final Duration timeout;
    private final Wire wire;

    Dialer(RedisUrl url, Conversation conversation, Wire wire) {
        this.url = url;
        this.conversation = conversation;
        this.timeout = url.timeout();
        this.wire = wire;
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
            Session session = new Session(wire, wire.connect(address), address, conversation);
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
            throw wire.failed(session.address(), e);
        } catch (TimeoutException e) {
            throw wire.late(session.address());
        } catch (InterruptedException e) {
            throw Wire.interrupted();
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
                wire.await(
                        session.address(),
                        session.connection().async().info().toCompletableFuture());
        return ServerInfo.of(info, fsync);
    }

    /** The same, with what CONFIG has to add if this user may ask. */
    ServerInfo fullInfo(Session session) {
        String fsync = null;
        try {
            Map<String, String> found =
                    wire.await(
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
        wire.await(session.address(), done.toCompletableFuture());
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
        StatefulRedisConnection<byte[], byte[]> connection = wire.connectToSentinel(sentinel);
        try {
            List<byte[]> master =
                    wire.await(
                            sentinel,
                            connection
                                    .async()
                                    .dispatch(
                                            CommandType.SENTINEL,
                                            new ValueListOutput<>(ByteArrayCodec.INSTANCE),
                                            new CommandArgs<>(ByteArrayCodec.INSTANCE)
                                                    .add("get-master-addr-by-name")
                                                    .add(url.option("master")))
                                    .toCompletableFuture());
            return master.size() == 2
                    ? new RedisUrl.Address(
                            text(master.get(0)), Integer.parseInt(text(master.get(1))))
                    : null;
        } finally {
            wire.close(connection);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
