package dev.roster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.jobs.Job;
import dev.roster.jobs.JobId;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.store.ForwardingQueue;
import dev.roster.store.ForwardingStore;
import dev.roster.store.MemoryStore;
import dev.roster.store.Queue;
import dev.roster.store.QueuePage;
import dev.roster.store.QueueRange;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much is read of a queue to find one job. */
@Timeout(60)
final class JobsAdminReadsTest {
    private static final int JOBS = 3000;

    private final AtomicLong read = new AtomicLong();

    /** A way to the store that counts the entries that are read. */
    private Store counting() {
        return new ForwardingStore(MemoryStore.shared(UUID.randomUUID().toString())) {
            @Override
            public Queue queue(String queue) {
                return counting(behind().queue(queue));
            }
        };
    }

    private Queue counting(Queue queue) {
        return new ForwardingQueue(queue) {
            @Override
            public QueuePage read(List<QueueRange> ranges) {
                QueuePage page = super.read(ranges);
                page.entries().forEach(found -> read.addAndGet(found.size()));
                return page;
            }
        };
    }

    @Test
    void one_of_many_that_wait_is_found_without_reading_the_others() {
        try (Store store = counting();
                Producer producer = Jobs.producer(store, "mail");
                JobsAdmin admin = Jobs.admin(store, "mail")) {
            List<JobId> ids =
                    producer.submitAll(
                            IntStream.range(0, JOBS)
                                    .mapToObj(n -> Job.of("send", "x").key("one").priority(n % 3))
                                    .toList());
            read.set(0);
            assertThat(admin.find(ids.getLast())).get().extracting("id").isEqualTo(ids.getLast());
            assertThat(admin.cancel(ids.get(JOBS - 2))).isTrue();
            assertThat(read.get()).isLessThan(100);
        }
    }

    @Test
    void one_that_is_due_later_or_has_an_id_of_the_callers_is_found_too() {
        try (Store store = counting();
                Producer producer = Jobs.producer(store, "mail");
                JobsAdmin admin = Jobs.admin(store, "mail")) {
            Job job = Job.of("send", "x").key("one");
            JobId later = producer.submit(job.delay(Duration.ofHours(1)));
            // As long as those that are made here, and of their characters.
            JobId own = producer.submit(job.id("0123456789abcdefghi"));
            assertThat(admin.cancel(later)).isTrue();
            assertThat(admin.cancel(own)).isTrue();
            assertThat(admin.find(own)).get().extracting("state").hasToString("CANCELLED");
        }
    }
}
