package dev.roster.redis;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.store.QueueResult;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** One connection to the server, as long as it lasts. Safe for use by many threads. */
final class Session {
    private final Wire wire;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final RedisUrl.Address address;
    private final Gatherer<Commit, CommitResult> commits;
    private final Gatherer<QueueDialect.Sent, QueueResult> batches;
    private final AtomicBoolean isDropped = new AtomicBoolean();

    Session(
            Wire wire,
            StatefulRedisConnection<byte[], byte[]> connection,
            RedisUrl.Address address,
            Conversation conversation) {
        this.wire = wire;
        this.connection = connection;
        this.address = address;
        Secrets secrets = conversation.secrets();
        this.commits = new Gatherer<>(this, new CommitDialect(conversation), secrets);
        this.batches = new Gatherer<>(this, new QueueDialect(conversation), secrets);
    }

    RedisUrl.Address address() {
        return address;
    }

    Gatherer<Commit, CommitResult> commits() {
        return commits;
    }

    /** Batches of all queues. */
    Gatherer<QueueDialect.Sent, QueueResult> batches() {
        return batches;
    }

    boolean isOpen() {
        return !isDropped.get() && connection.isOpen();
    }

    /** Runs a script on the server; loads it there if the server does not have it (any more). */
    CompletableFuture<List<Object>> run(Script script, byte[][] keys, byte[][] arguments) {
        CompletionStage<List<Object>> answer =
                connection
                        .async()
                        .evalsha(script.digest(), ScriptOutputType.MULTI, keys, arguments);
        return answer.exceptionallyCompose(failure ->
                        Outcome.unwrapped(failure) instanceof RedisNoScriptException
                                ? connection
                                        .async()
                                        .eval(
                                                script.text(),
                                                ScriptOutputType.MULTI,
                                                keys,
                                                arguments)
                                : CompletableFuture.failedStage(failure))
                .toCompletableFuture();
    }

    StatefulRedisConnection<byte[], byte[]> connection() {
        return connection;
    }

    /** Ends it; what has been sent and not been answered is unknown. */
    void drop() {
        if (isDropped.compareAndSet(false, true)) {
            wire.close(connection);
        }
    }
}
