package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.group.Group;
import dev.roster.group.Member;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.Job;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.protocol.jobs.JobsLayout;
import dev.roster.store.ForwardingStore;
import dev.roster.store.MemoryStore;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A consumer begins nothing before it knows what operators want of its queue. */
@Timeout(60)
final class JobsPausedTest {
    private static final JobsLayout LAYOUT = new JobsLayout("mail");

    private final String name = UUID.randomUUID().toString();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final List<String> done = new CopyOnWriteArrayList<>();

    /** A way to the store that is slow to tell of a queue's settings. */
    private Store slow() {
        return new ForwardingStore(MemoryStore.shared(name)) {
            @Override
            public Snapshot read(Range range) {
                if (range.equals(Range.prefix(LAYOUT.prefix()))) {
                    asked.countDown();
                    try {
                        answer.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                return super.read(range);
            }
        };
    }

    private Consumer consumer(Member member) {
        return Jobs.consumer(member, "mail").task("send", job -> done.add(job.payload().toUtf8()));
    }

    @Test
    void aConsumerThatComesToAPausedQueueBeginsNothing() throws InterruptedException {
        try (Store store = MemoryStore.shared(name);
                Store slow = slow();
                JobsAdmin admin = Jobs.admin(store, "mail");
                Producer producer = Jobs.producer(store, "mail")) {
            admin.pause();
            producer.submit(Job.of("send", "before"));
            try (Member member = Group.join(slow, "group", Stage.fast("one"));
                    Consumer consumer = consumer(member).start()) {
                asked.await();
                Stage.pause(Duration.ofMillis(300));
                assertThat(done).isEmpty();
                answer.countDown();
                producer.submit(Job.of("send", "after"));
                Stage.pause(Duration.ofMillis(300));
                assertThat(done).isEmpty();
                admin.resume();
                Stage.await("both", () -> done.size() == 2);
                assertThat(consumer.counts().succeeded()).isLessThanOrEqualTo(2);
            }
        }
    }

    @Test
    void settingsThatCannotBeReadKeepNobodyFromWork() {
        answer.countDown();
        try (Store store = MemoryStore.shared(name);
                Producer producer = Jobs.producer(store, "mail")) {
            Bytes garbage = Bytes.utf8("no record");
            assertThat(
                            store.commit(
                                    new Commit(
                                            null,
                                            List.of(),
                                            List.of(new Operation.Put(LAYOUT.control(), garbage)))))
                    .isInstanceOf(CommitResult.Applied.class);
            producer.submit(Job.of("send", "one"));
            try (Member member = Group.join(store, "group", Stage.fast("one"));
                    Consumer consumer = consumer(member).start()) {
                Stage.await("it is done", () -> done.size() == 1);
                assertThat(consumer.counts().started()).isEqualTo(1);
            }
        }
    }
}
