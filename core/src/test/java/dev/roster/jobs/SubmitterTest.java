package dev.roster.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.IndeterminateException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.ForwardingStore;
import dev.roster.store.MemoryStore;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueOperation;
import dev.roster.store.QueueRange;
import dev.roster.store.QueueResult;
import dev.roster.store.Shelf;
import dev.roster.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What producers are told when the store does not do as it should. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class SubmitterTest {
    private static final Job JOB = Job.of("send", "x");

    /** What becomes of the next calls, instead of what they do. */
    private final ArrayDeque<Function<List<QueueBatch>, List<QueueResult>>> applies =
            new ArrayDeque<>();

    private final ArrayDeque<RuntimeException> reads = new ArrayDeque<>();
    private final Store store = MemoryStore.shared(UUID.randomUUID().toString());
    private final Queue queue;
    private final Producer producer;

    SubmitterTest() {
        int unused = Jobs.create(store, "mail", 4);
        queue = store.queue("mail");
        producer =
                Jobs.producer(
                        new ForwardingStore(store) {
                            @Override
                            public Queue queue(String name) {
                                return troubled(behind().queue(name));
                            }
                        },
                        "mail");
        // It has read the store's clock.
        JobId first = producer.submit(JOB);
        assertThat(removed(first)).isTrue();
    }

    private Queue troubled(Queue behind) {
        return (Queue)
                Proxy.newProxyInstance(
                        Queue.class.getClassLoader(),
                        new Class<?>[] {Queue.class},
                        (proxy, method, arguments) -> {
                            try {
                                return isOther(method.getName())
                                        ? applied(arguments)
                                        : method.invoke(behind, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /** Whether something else is done than what was called. */
    private boolean isOther(String method) {
        if (method.equals("read") && !reads.isEmpty()) {
            throw reads.removeFirst();
        }
        return method.equals("apply") && !applies.isEmpty();
    }

    @SuppressWarnings("unchecked")
    private List<QueueResult> applied(Object[] arguments) {
        return applies.removeFirst().apply((List<QueueBatch>) arguments[0]);
    }

    private List<QueueResult> unknown(List<QueueBatch> batches) {
        List<QueueResult> all = new ArrayList<>();
        queue.apply(batches).forEach(one -> all.add(new QueueResult.Unknown("no answer")));
        return all;
    }

    private static RuntimeException down() {
        return new StoreUnavailableException("down");
    }

    private long waiting() {
        long all = 0;
        for (int partition = 0; partition < 4; partition++) {
            all += queue.count(new QueueRange(partition, Shelf.WORK, null, null, 1));
        }
        return all;
    }

    /** As if it was done. */
    private boolean removed(JobId id) {
        boolean removed = false;
        QueueRange all = new QueueRange(id.partition(), Shelf.WORK, null, null, 100);
        for (var entry : queue.read(List.of(all)).entries().getFirst()) {
            if (entry.place().id().equals(id.id())) {
                QueueOperation take =
                        new QueueOperation.Take(id.partition(), Shelf.WORK, entry.place());
                QueueBatch batch = new QueueBatch(List.of(), List.of(), List.of(take), Set.of());
                removed |= queue.apply(batch) instanceof QueueResult.Applied;
            }
        }
        return removed;
    }

    @AfterEach
    void close() {
        producer.close();
        queue.close();
        store.close();
    }

    @Test
    void what_was_submitted_is_told_though_another_job_could_not_be_looked_up() {
        JobId first = producer.submit(JOB.unique("k", Duration.ofHours(1)));
        reads.add(down());
        List<JobId> ids = producer.submitAll(List.of(JOB.unique("k", Duration.ofHours(1)), JOB));
        assertThat(ids.getFirst()).isEqualTo(first);
        assertThat(waiting()).isEqualTo(2);
    }

    @Test
    void a_job_of_a_short_key_that_was_done_meanwhile_is_not_submitted_again() {
        applies.add(batches -> {
            List<QueueResult> results = unknown(batches);
            assertThat(waiting()).isEqualTo(1);
            for (int partition = 0; partition < 4; partition++) {
                int unused = queue.prune(new QueueRange(partition, Shelf.WORK, null, null, 10));
            }
            return results;
        });
        JobId id = producer.submit(JOB.unique("k", Duration.ofMillis(1)));
        assertThat(id.id()).isNotEmpty();
        assertThat(waiting()).isZero();
    }

    @Test
    void nobody_is_told_that_nothing_was_submitted_when_that_is_not_known() {
        applies.add(this::unknown);
        applies.add(batches -> {
            throw down();
        });
        assertThatThrownBy(() -> producer.submit(JOB)).isInstanceOf(IndeterminateException.class);
        assertThat(waiting()).isEqualTo(1);
        applies.add(batches -> {
            throw down();
        });
        assertThatThrownBy(() -> producer.submit(JOB))
                .isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void a_lost_answer_makes_one_job() {
        applies.add(this::unknown);
        JobId id = producer.submit(JOB.key("k"));
        assertThat(waiting()).isEqualTo(1);
        assertThat(removed(id)).isTrue();
    }
}
