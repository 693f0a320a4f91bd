package dev.roster.testkit.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.Job;
import dev.roster.jobs.JobId;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.jobs.Retry;
import dev.roster.jobs.TaskOptions;
import dev.roster.store.Queue;
import dev.roster.store.Store;
import dev.roster.testkit.check.Observation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a member does with jobs, as it is written down and found in the store. */
@Timeout(120)
final class JobTrailTest {
    private static final String GROUP = "trail";
    private static final String QUEUE = "errands";

    @TempDir private Path folder = Path.of("");

    private final CountDownLatch ended = new CountDownLatch(4);

    @Test
    void all_that_becomes_of_jobs_shows() throws Exception {
        String url = "memory:" + folder;
        try (Store kept = Store.open(url)) {
            int partitions = Jobs.create(kept, QUEUE, 2);
            StoreWatcher watcher =
                    new StoreWatcher(() -> Store.open(url), GROUP, history("store.jsonl"));
            watcher.awaitFirst();
            QueueWatcher marks =
                    new QueueWatcher(
                            () -> Store.open(url), QUEUE, partitions, history("queue.jsonl"));
            HistoryFile own = history("a.jsonl");
            try (RecordingStore store = new RecordingStore(Store.open(url), own)) {
                Member member = Group.join(store, GROUP, JoinOptions.defaults().withName("a"));
                store.sentBy(member::incarnation);
                work(member, store);
                submit(store);
                member.close();
            }
            own.close();
            marks.close();
            watcher.close();
        }
        Chronicle chronicle =
                Chronicle.read(
                        List.of(
                                folder.resolve("a.jsonl"),
                                folder.resolve("queue.jsonl"),
                                folder.resolve("store.jsonl")),
                        GROUP);
        List<Observation> all = chronicle.observations();
        assertThat(all)
                .filteredOn(Observation.JobStored.class::isInstance)
                .extracting(seen -> ((Observation.JobStored) seen).submit())
                .containsExactlyInAnyOrder("good", "bad", "late", "whole");
        assertThat(all)
                .filteredOn(Observation.JobEnded.class::isInstance)
                .extracting(seen -> ((Observation.JobEnded) seen).state())
                .containsExactlyInAnyOrder("done", "done", "dead", "cancelled");
        assertThat(all).filteredOn(Observation.JobSaved.class::isInstance).hasSize(1);
        assertThat(all).filteredOn(Observation.JobPutBack.class::isInstance).hasSize(1);
        assertThat(all).filteredOn(Observation.JobEffect.class::isInstance).hasSize(1);
        assertThat(chronicle.judge(Duration.ofSeconds(10)))
                .filteredOn(one -> one.id().equals("J3") || one.id().equals("J4"))
                .allMatch(one -> one.checks() > 0 && one.violation() == null);
        assertThat(chronicle.anomalies()).isEmpty();
        assertThat(chronicle.batches()).containsKey("applied").doesNotContainKey("");
    }

    private HistoryFile history(String name) {
        return new HistoryFile(folder.resolve(name));
    }

    private void work(Member member, Store store) {
        TaskOptions soon =
                TaskOptions.defaults()
                        .withRetry(
                                Retry.exponential(Duration.ofMillis(1), Duration.ofMillis(2), 2));
        Consumer unused =
                Jobs.consumer(member, QUEUE)
                        .task(
                                "good",
                                job -> {
                                    job.checkpoint(Bytes.utf8("1"));
                                    job.flush();
                                })
                        .task(
                                "bad",
                                soon,
                                job -> {
                                    throw new IllegalStateException("bad");
                                })
                        .task(
                                "whole",
                                job -> {
                                    try (Queue queue = store.queue(QUEUE)) {
                                        job.completeWith(finish ->
                                                assertThat(
                                                                queue.apply(
                                                                        JobTrail.withEffect(
                                                                                finish, job.id(),
                                                                                "1")))
                                                        .isNotNull());
                                    }
                                })
                        .listen(event -> {
                            switch (event.kind()) {
                                case SUCCEEDED, DEAD -> ended.countDown();
                                default -> {}
                            }
                        })
                        .start();
    }

    private void submit(Store store) throws InterruptedException {
        try (Producer producer = Jobs.producer(store, QUEUE);
                JobsAdmin admin = Jobs.admin(store, QUEUE)) {
            JobId late = producer.submit(job("late").delay(Duration.ofHours(1)));
            assertThat(admin.cancel(late)).isTrue();
            ended.countDown();
            JobId good = producer.submit(job("good"));
            JobId bad = producer.submit(job("bad"));
            JobId whole = producer.submit(job("whole"));
            assertThat(List.of(good, bad, whole)).doesNotHaveDuplicates();
            assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static Job job(String task) {
        return Job.of(task, "").header(JobTrail.SUBMIT, task);
    }
}
