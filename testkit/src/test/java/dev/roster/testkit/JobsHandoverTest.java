package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.group.Group;
import dev.roster.group.Member;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.Job;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.Producer;
import dev.roster.store.ForwardingQueue;
import dev.roster.store.ForwardingStore;
import dev.roster.store.MemoryStore;
import dev.roster.store.Queue;
import dev.roster.store.QueueBatch;
import dev.roster.store.QueueResult;
import dev.roster.store.Store;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is told of what was submitted. */
@Timeout(60)
final class JobsHandoverTest {
    private final String name = UUID.randomUUID().toString();
    private final List<Set<Integer>> wakes = new CopyOnWriteArrayList<>();

    /** A way to the store that notes whom batches wake. */
    private Store noting() {
        return new ForwardingStore(MemoryStore.shared(name)) {
            @Override
            public Queue queue(String queue) {
                return noting(behind().queue(queue));
            }
        };
    }

    private Queue noting(Queue queue) {
        return new ForwardingQueue(queue) {
            @Override
            public List<QueueResult> apply(List<QueueBatch> batches) {
                batches.stream()
                        .map(QueueBatch::wakes)
                        .filter(woken -> !woken.isEmpty())
                        .forEach(wakes::add);
                return super.apply(batches);
            }
        };
    }

    @Test
    void what_is_submitted_where_it_is_done_wakes_nobody_else() throws Exception {
        LinkedBlockingQueue<String> done = new LinkedBlockingQueue<>();
        try (Store store = noting();
                Producer producer = Jobs.producer(store, "mail");
                Member member = Group.join(store, "workers");
                Consumer consumer =
                        Jobs.consumer(member, "mail")
                                .task("send", job -> done.add(job.payload().toUtf8()))
                                .start()) {
            // When one of each partition was done, all of them are owned here.
            for (int round = 0; consumer.counts().partitions() < 32 || round < 2; round++) {
                var unused = producer.submit(Job.of("send", "first"));
                assertThat(done.poll(30, TimeUnit.SECONDS)).isEqualTo("first");
            }
            for (int partition = 0; partition < 32; partition++) {
                var unused = producer.submit(Job.of("send", "first"));
                assertThat(done.poll(30, TimeUnit.SECONDS)).isEqualTo("first");
            }
            wakes.clear();
            var unused = producer.submit(Job.of("send", "x"));
            assertThat(done.poll(30, TimeUnit.SECONDS)).isEqualTo("x");
            assertThat(wakes).isEmpty();
        }
    }

    @Test
    void what_is_submitted_elsewhere_wakes_who_does_it() {
        try (Store store = noting();
                Producer producer = Jobs.producer(store, "mail")) {
            var id = producer.submit(Job.of("send", "x"));
            assertThat(wakes).containsExactly(Set.of(id.partition()));
        }
    }
}
