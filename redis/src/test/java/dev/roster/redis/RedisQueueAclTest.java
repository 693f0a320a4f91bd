package dev.roster.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.store.Store;
import dev.roster.testkit.QueueContract;
import dev.roster.testkit.server.RedisServer;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract of queues, with the rights that the manual tells to give and no more. */
final class RedisQueueAclTest extends QueueContract {
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final String namespace = "queue-acl" + TESTS.incrementAndGet();
    private final RedisServer server = SharedServer.get();

    RedisQueueAclTest() {
        assertThat(server.command(RedisAclTest.rule(namespace))).isEqualTo("+OK\r\n");
    }

    @Override
    protected Store open() {
        return RedisStore.open(
                "redis://%s:secret@127.0.0.1:%d?timeout=10s&namespace=%s"
                        .formatted(namespace, server.address().getPort(), namespace));
    }
}
