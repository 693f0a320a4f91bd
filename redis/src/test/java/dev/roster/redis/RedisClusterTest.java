package dev.roster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.Bytes;
import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.StoreRefusedException;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;
import dev.roster.testkit.server.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on a cluster of three, of which one is named, whichever has the namespace. */
final class RedisClusterTest extends StoreContract {
    private static final int SLOTS = 16384;
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static final List<RedisServer> NODES = new ArrayList<>();

    private final int test = TESTS.incrementAndGet();

    @BeforeAll
    static void form() throws InterruptedException {
        for (int node = 0; node < 3; node++) {
            NODES.add(
                    new RedisServer(
                            "--cluster-enabled",
                            "yes",
                            "--cluster-node-timeout",
                            "5000",
                            "--appendonly",
                            "yes"));
        }
        for (int node = 0; node < 3; node++) {
            int from = SLOTS * node / 3;
            int to = SLOTS * (node + 1) / 3 - 1;
            NODES.get(node).command("CLUSTER", "ADDSLOTSRANGE", "" + from, "" + to);
            int port = NODES.getFirst().address().getPort();
            NODES.get(node).command("CLUSTER", "MEET", "127.0.0.1", "" + port);
        }
        for (RedisServer node : NODES) {
            Commits.await(
                    "a cluster of three",
                    () -> {
                        String info = node.command("CLUSTER", "INFO");
                        return info.contains("cluster_state:ok")
                                && info.contains("cluster_known_nodes:3");
                    });
        }
    }

    @AfterAll
    static void end() {
        NODES.forEach(RedisServer::close);
        NODES.clear();
    }

    private String url() {
        return "redis://127.0.0.1:%d?timeout=10s&namespace=c%d"
                .formatted(NODES.get(test % 3).address().getPort(), test);
    }

    @Override
    protected Store open() {
        return RedisStore.open(url() + "&acceptFailoverLoss=true");
    }

    @Test
    void a_cluster_has_to_be_accepted() {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> RedisStore.open(url()))
                .withMessageContaining("acceptFailoverLoss=true");
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() ->
                        RedisStore.open(url().replace("?", "/3?") + "&acceptFailoverLoss=true"));
    }

    @Test
    void a_namespace_is_on_one_node() {
        store().commit(Commits.put("k", "v"));
        String key = Names.of("c" + test).entries();
        assertThat(NODES)
                .filteredOn(node -> node.command("EXISTS", key).startsWith(":1"))
                .hasSize(1);
    }

    @Test
    void a_queue_is_on_the_namespaces_node() {
        QueueEntry entry =
                new QueueEntry(1, Shelf.WORK, new Place(0, 1, "a"), Bytes.utf8("{other}"));
        Queue queue = store().queue("{other}");
        Fence fence = new Fence(store().identity(), List.of(new Condition.Absent("somebody else")));
        QueueBatch put =
                new QueueBatch(
                        List.of(fence),
                        List.of(),
                        List.of(new QueueOperation.Put(entry)),
                        Set.of(1));
        assertThat(queue.apply(put)).isEqualTo(new QueueResult.Applied());
        QueueRange range = new QueueRange(1, Shelf.WORK, null, null, 10);
        QueueRange elsewhere = new QueueRange(2, Shelf.DEAD, null, null, 10);
        assertThat(other().queue("{other}").read(List.of(range, elsewhere)).entries())
                .containsExactly(List.of(entry), List.of());
        assertThat(queue.prune(range)).isEqualTo(1);
        assertThat(queue.count(range)).isZero();
    }
}
