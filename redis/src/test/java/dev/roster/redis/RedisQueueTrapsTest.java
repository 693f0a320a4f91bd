package dev.roster.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Fence;
import dev.roster.InvalidInputException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Place;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueEntry;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import dev.roster.testkit.server.RedisServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can go wrong with a queue on Redis does not, whatever is done to the server. */
@Timeout(90)
final class RedisQueueTrapsTest {
    private static final QueueResult APPLIED = new QueueResult.Applied();
    private static final long PATIENCE_SECONDS = 40;

    /** Those of the server's URL. */
    private static final Names NAMES = Names.of("test");

    private final RedisServer server = new RedisServer();
    private final RedisStore store = RedisStore.open(server.url());
    private final Queue queue = store.queue("jobs");

    @AfterEach
    void close() {
        store.close();
        server.close();
    }

    private static QueueOperation put(String id, Bytes value) {
        return new QueueOperation.Put(new QueueEntry(0, Shelf.WORK, new Place(0, 1, id), value));
    }

    private static QueueOperation put(String id) {
        return put(id, Bytes.utf8(id));
    }

    private static QueueOperation take(String id) {
        return new QueueOperation.Take(0, Shelf.WORK, new Place(0, 1, id));
    }

    private static QueueBatch batch(List<Fence> fences, QueueOperation... operations) {
        return new QueueBatch(fences, List.of(), List.of(operations), Set.of(3));
    }

    /** The result of a batch, sent again while it certainly did nothing. */
    private QueueResult eventually(QueueBatch batch) throws InterruptedException {
        List<QueueResult> last = new ArrayList<>();
        Commits.await(
                "an answer",
                () -> {
                    last.add(queue.apply(batch));
                    return !(last.getLast() instanceof QueueResult.NotApplied);
                });
        return last.getLast();
    }

    private static QueueRange all(int atMost) {
        return new QueueRange(0, Shelf.WORK, null, null, atMost);
    }

    private List<String> ids() throws InterruptedException {
        List<String> ids = new ArrayList<>();
        Commits.await(
                "a page",
                () -> {
                    try {
                        queue.read(List.of(all(100_000)))
                                .entries()
                                .getFirst()
                                .forEach(entry -> ids.add(entry.place().id()));
                        return true;
                    } catch (StoreUnavailableException e) {
                        return false;
                    }
                });
        return ids;
    }

    private Fence fence() {
        long revision = Commits.applied(store, Commits.put("g/owner", "me"));
        return new Fence(store.identity(), List.of(new Condition.Unchanged("g/owner", revision)));
    }

    @Test
    void nothing_is_left_of_what_was_removed() {
        String before = server.command("DBSIZE");
        for (Shelf shelf : Shelf.values()) {
            Place place = new Place(1, 2, "id");
            QueueEntry entry = new QueueEntry(7, shelf, place, Bytes.utf8("v"));
            assertThat(queue.apply(batch(List.of(), new QueueOperation.Put(entry))))
                    .isEqualTo(APPLIED);
            QueueOperation end =
                    switch (shelf) {
                        case WORK -> new QueueOperation.Take(7, shelf, place);
                        default -> new QueueOperation.Remove(7, shelf, place);
                    };
            if (shelf == Shelf.DONE) {
                assertThat(queue.prune(new QueueRange(7, shelf, null, null, 10))).isEqualTo(1);
            } else {
                assertThat(server.command("DBSIZE")).isNotEqualTo(before);
                assertThat(queue.apply(batch(List.of(), end))).isEqualTo(APPLIED);
            }
        }
        assertThat(server.command("DBSIZE")).isEqualTo(before);
        assertThat(server.command("KEYS", "*:queue:*")).isEqualTo("*0\r\n");
    }

    @Test
    void keys_and_channel_of_a_queue_have_the_namespaces_hash_tag_alone() {
        Names names = Names.of("n");
        for (String queueName : List.of("{other}", "a", "}{")) {
            Set<String> tags = new HashSet<>();
            for (byte[] key : names.shelf(queueName, 1, Shelf.WORK)) {
                String text = new String(key, java.nio.charset.StandardCharsets.UTF_8);
                tags.add(text.substring(text.indexOf('{') + 1, text.indexOf('}')));
            }
            assertThat(tags).containsExactly("n");
            assertThat(names.wakes(queueName)).startsWith("roster:{n}:");
        }
    }

    @Test
    void large_values_are_read_in_several_answers() {
        Bytes large = Bytes.of(new byte[queue.limits().valueBytes()]);
        for (int number = 0; number < 60; number++) {
            assertThat(queue.apply(batch(List.of(), put("n%03d".formatted(number), large))))
                    .isEqualTo(APPLIED);
        }
        List<QueueRange> ranges = List.of(all(50), all(1), all(100));
        assertThat(queue.read(ranges).entries()).extracting(List::size).containsExactly(50, 1, 60);
        assertThat(queue.read(ranges).entries().getLast())
                .extracting(entry -> entry.place().id())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void a_batch_that_would_hold_up_the_server_is_rejected() throws InterruptedException {
        Bytes large = Bytes.of(new byte[queue.limits().valueBytes()]);
        List<QueueOperation> puts = new ArrayList<>();
        for (int number = 0; number < 33; number++) {
            puts.add(put("n%03d".formatted(number), large));
        }
        QueueBatch tooLarge = batch(List.of(), puts.toArray(QueueOperation[]::new));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> queue.apply(List.of(batch(List.of(), put("good")), tooLarge)))
                .withMessageContaining("limit is 8388608");
        assertThat(ids()).isEmpty();
        puts.removeLast();
        assertThat(queue.apply(batch(List.of(), puts.toArray(QueueOperation[]::new))))
                .isEqualTo(APPLIED);
        assertThat(ids()).hasSize(32);
    }

    @Test
    void a_batch_without_an_answer_is_unknown_and_may_come_true_later()
            throws InterruptedException {
        assertThat(queue.apply(batch(List.of(), put("before")))).isEqualTo(APPLIED);
        server.pause();
        assertThat(queue.apply(batch(List.of(), put("late"))))
                .isInstanceOf(QueueResult.Unknown.class);
        server.resume();
        assertThat(eventually(batch(List.of(), put("next")))).isEqualTo(APPLIED);
        // What was sent is in the server's hands, although the connection is gone.
        assertThat(ids()).containsExactly("before", "late", "next");
    }

    @Test
    void a_killed_server_has_the_entries_and_refuses_the_fences_of_before()
            throws InterruptedException {
        Fence former = fence();
        assertThat(queue.apply(batch(List.of(former), put("a")))).isEqualTo(APPLIED);
        server.kill();
        server.start();
        // What went to the former server as it died may have no answer.
        QueueBatch late = batch(List.of(former), take("a"), put("late"));
        Commits.await(
                "the former fence to be refused",
                () -> {
                    QueueResult result = queue.apply(late);
                    assertThat(result).isNotEqualTo(APPLIED);
                    return result instanceof QueueResult.Fenced;
                });
        assertThat(ids()).containsExactly("a");
        // Also when the store has begun its next life, which has the same entries.
        assertThat(Commits.read(store, Commits.ALL).identity()).isNotEqualTo(former.store());
        assertThat(eventually(batch(List.of(former), take("a"))))
                .isInstanceOf(QueueResult.Fenced.class);
        assertThat(eventually(batch(List.of(fence()), take("a")))).isEqualTo(APPLIED);
        assertThat(ids()).isEmpty();
    }

    @Test
    void a_flush_of_all_and_an_older_state_refuse_the_fences_of_before()
            throws InterruptedException {
        Fence first = fence();
        assertThat(queue.apply(batch(List.of(first), put("a")))).isEqualTo(APPLIED);
        server.command("FLUSHALL");
        assertThat(queue.apply(batch(List.of(first), put("late"))))
                .isInstanceOf(QueueResult.Fenced.class);
        assertThat(ids()).isEmpty();
        Fence second = fence();
        assertThat(queue.apply(batch(List.of(second), put("b")))).isEqualTo(APPLIED);
        server.command("HSET", NAMES.meta(), "revision", "1");
        assertThat(queue.apply(batch(List.of(second), take("b"))))
                .isInstanceOf(QueueResult.Fenced.class);
        assertThat(ids()).containsExactly("b");
    }

    @Test
    void every_answer_under_kills_is_true() throws InterruptedException {
        java.util.Queue<String> applied = new ConcurrentLinkedQueue<>();
        java.util.Queue<String> not = new ConcurrentLinkedQueue<>();
        AtomicBoolean isOver = new AtomicBoolean();
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < 8; writer++) {
            String name = "w" + writer + "-";
            writers.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int at = 0; !isOver.get(); at++) {
                                    String id = name + at;
                                    switch (queue.apply(batch(List.of(), put(id)))) {
                                        case QueueResult.Applied yes -> applied.add(id);
                                        case QueueResult.NotApplied no -> not.add(id);
                                        case QueueResult.Unknown unknown -> {}
                                        case QueueResult other -> throw new AssertionError(other);
                                    }
                                }
                            }));
        }
        for (int kill = 0; kill < 3; kill++) {
            int before = applied.size();
            Commits.await("some to be applied", () -> applied.size() > before + 50);
            server.kill();
            server.start();
        }
        isOver.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        // On a quick machine none may have failed for certain.
        assertThat(ids()).containsAll(applied).noneMatch(not::contains);
    }

    @Test
    void a_listener_hears_of_all_after_its_connection_was_cut() throws InterruptedException {
        BlockingQueue<Integer> told = new LinkedBlockingQueue<>();
        try (Queue.Waking waking = queue.listen(told::add)) {
            awaitTold(told, -1);
            assertThat(queue.apply(batch(List.of(), put("a")))).isEqualTo(APPLIED);
            awaitTold(told, 3);
            server.command("CLIENT", "KILL", "TYPE", "pubsub");
            awaitTold(told, -1);
            assertThat(queue.apply(batch(List.of(), put("b")))).isEqualTo(APPLIED);
            awaitTold(told, 3);
            awaitListeners(1);
            assertThat(waking).isNotNull();
        }
        awaitListeners(0);
    }

    private void awaitListeners(int count) throws InterruptedException {
        String channel = NAMES.wakes("jobs");
        Commits.await(
                count + " subscriptions",
                () -> server.command("PUBSUB", "NUMSUB", channel).endsWith(":" + count + "\r\n"));
    }

    private static void awaitTold(BlockingQueue<Integer> told, int partition)
            throws InterruptedException {
        Integer next = partition + 1;
        while (next != partition) {
            next = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("word of partition " + partition).isNotNull();
        }
    }

    @Test
    void without_a_server_nothing_happens_and_it_is_said() throws InterruptedException {
        assertThat(queue.apply(batch(List.of(), put("a")))).isEqualTo(APPLIED);
        server.kill();
        // As long as the old connection is known, it is not certain that nothing was sent.
        Commits.await(
                "nothing is sent any more",
                () -> {
                    QueueResult result = queue.apply(batch(List.of(), put("b")));
                    assertThat(result).isNotEqualTo(APPLIED);
                    return result instanceof QueueResult.NotApplied;
                });
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> queue.count(all(1)));
        server.start();
        assertThat(eventually(batch(List.of(), put("c")))).isEqualTo(APPLIED);
        assertThat(ids()).containsExactly("a", "c");
        assertThat(store.commit(Commits.put("k", "v"))).isInstanceOf(CommitResult.Applied.class);
    }
}
