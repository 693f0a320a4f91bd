package dev.roster.testkit;

import static dev.roster.testkit.Stage.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.InvalidInputException;
import dev.roster.StoreUnavailableException;
import dev.roster.jobs.ActiveJob;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.ConsumerOptions;
import dev.roster.jobs.Job;
import dev.roster.jobs.JobEvent;
import dev.roster.jobs.JobHandler;
import dev.roster.jobs.JobId;
import dev.roster.jobs.JobState;
import dev.roster.jobs.JobStoppedException;
import dev.roster.jobs.JobView;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.jobs.Retry;
import dev.roster.jobs.Submission;
import dev.roster.jobs.TaskOptions;
import dev.roster.store.Queue;
import dev.roster.store.QueueResult;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What becomes of jobs when members come, go and crash, and when answers get lost, on any store. A
 * store's test extends this class and says how to open it.
 */
@Timeout(90)
public abstract class JobsGroupContract {
    /** One run of a job. */
    private record Run(String member, JobId id, String key, String text, int attempt, long token) {}

    private final List<Run> runs = new CopyOnWriteArrayList<>();
    private JobsStage stage;
    private Producer producer;
    private JobsAdmin admin;

    /** Opens another handle on the same content, as another process would; new for each test. */
    protected abstract Store open();

    @BeforeEach
    final void openStage() {
        stage = new JobsStage(this::open);
        producer = stage.producer();
        admin = stage.admin();
    }

    @AfterEach
    final void closeStage() {
        stage.close();
    }

    /** Starts a consumer that logs what it runs, and then does what it is told. */
    private Consumer start(String name, TaskOptions how, JobHandler then) {
        return stage.consumer(name)
                .task(
                        "send",
                        how,
                        job -> {
                            runs.add(
                                    new Run(
                                            name,
                                            job.id(),
                                            job.key(),
                                            job.payload().toUtf8(),
                                            job.attempt(),
                                            job.token()));
                            then.run(job);
                        })
                .start();
    }

    private void awaitShared(String... names) {
        await(
                "the partitions are shared",
                () -> {
                    for (String name : names) {
                        int owned = stage.consumer(name).counts().partitions();
                        if (owned != JobsStage.PARTITIONS / names.length) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private void awaitAllDone() {
        await("all are done", () -> admin.stats().due() == 0);
    }

    /** The job's state; null if there is none. */
    private @Nullable JobState state(JobId id) {
        return admin.find(id).map(JobView::state).orElse(null);
    }

    private static void untilInterrupted() {
        try {
            Thread.sleep(Duration.ofHours(1));
        } catch (InterruptedException e) {
            // And it goes on all the same.
        }
    }

    /** Waits, whoever interrupts. */
    private static void deaf(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // It does not listen.
            }
        }
    }

    @Test
    protected void j20AllIsDoneOnceThoughAConsumerLeaves() {
        start("one", TaskOptions.defaults(), job -> Thread.sleep(5));
        start("two", TaskOptions.defaults(), job -> Thread.sleep(5));
        awaitShared("one", "two");
        List<Job> jobs = new ArrayList<>();
        for (int n = 0; n < 250; n++) {
            jobs.add(Job.of("send", "n" + n));
        }
        producer.submitAll(jobs);
        await("some are done", () -> runs.size() > 50);
        stage.consumer("two").close();
        awaitAllDone();
        TreeSet<String> distinct = new TreeSet<>();
        runs.forEach(run -> distinct.add(run.text()));
        assertThat(distinct).hasSize(250);
        assertThat(runs).as("a clean leave runs nothing twice").hasSize(250);
        assertThat(stage.member("two").isValid()).isTrue();
    }

    @Test
    protected void aJobThatMovesGoesOnAtItsCheckpointWithoutSpendingAnAttempt() {
        AtomicReference<String> last = new AtomicReference<>("");
        JobHandler counting =
                job -> {
                    int from =
                            job.lastCheckpoint().map(it -> Integer.parseInt(it.toUtf8())).orElse(0);
                    for (int n = from; n < 200; n++) {
                        last.set(Integer.toString(n + 1));
                        job.checkpoint(Bytes.utf8(Integer.toString(n + 1)));
                        Thread.sleep(10);
                    }
                };
        start("one", TaskOptions.defaults(), counting);
        JobId id = producer.submit(Job.of("send", "long"));
        await("it is half done", () -> !last.get().isEmpty() && Integer.parseInt(last.get()) > 50);
        stage.member("one").close();
        int left = Integer.parseInt(last.get());
        AtomicReference<String> began = new AtomicReference<>("");
        start(
                "two",
                TaskOptions.defaults(),
                job -> {
                    began.set(job.lastCheckpoint().map(Bytes::toUtf8).orElse("nothing"));
                    counting.run(job);
                });
        await("it is done", () -> state(id) == JobState.DONE);
        assertThat(began.get()).as("not a step is lost").isEqualTo(Integer.toString(left));
        assertThat(runs).extracting(Run::attempt).containsExactly(1, 1);
        assertThat(admin.find(id).orElseThrow().attempts()).isEqualTo(1);
        assertThat(stage.events(JobEvent.Kind.GIVEN_BACK)).hasSize(1);
    }

    @Test
    protected void j19WhatADeadMemberHadIsDoneByAnotherFromWhatWasSaved() {
        CountDownLatch saved = new CountDownLatch(1);
        start(
                "one",
                TaskOptions.defaults(),
                job -> {
                    job.checkpoint(Bytes.utf8("half"));
                    job.flush();
                    saved.countDown();
                    Thread.sleep(Duration.ofHours(1));
                });
        JobId id = producer.submit(Job.of("send", ""));
        Waits.await(saved);
        stage.member("one").cancel();
        AtomicReference<String> began = new AtomicReference<>("");
        start(
                "two",
                TaskOptions.defaults(),
                job -> began.set(job.lastCheckpoint().map(Bytes::toUtf8).orElse("nothing")));
        await("it is done", () -> state(id) == JobState.DONE);
        assertThat(began.get()).isEqualTo("half");
        assertThat(runs.getLast().token()).isGreaterThan(runs.getFirst().token());
        assertThat(runs.getLast().attempt()).as("it was marked").isEqualTo(2);
    }

    @Test
    protected void j17WhatAFormerOwnerDoesIsNotRecorded() {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<Throwable> saving = new AtomicReference<>();
        List<Boolean> valid = new CopyOnWriteArrayList<>();
        start(
                "one",
                TaskOptions.defaults(),
                job -> {
                    valid.add(job.isValid());
                    deaf(goOn);
                    valid.add(job.isValid());
                    try {
                        job.checkpoint(Bytes.utf8("zombie"));
                    } catch (JobStoppedException e) {
                        saving.set(e);
                    }
                });
        JobId id = producer.submit(Job.of("send", ""));
        await("it runs", () -> runs.size() == 1);
        stage.store("one").become(CutStore.Fault.HANGING);
        CountDownLatch end = new CountDownLatch(1);
        start("two", TaskOptions.defaults(), job -> end.await());
        await("it runs elsewhere", () -> runs.size() == 2);
        goOn.countDown();
        stage.store("one").become(CutStore.Fault.NONE);
        await("the former owner is told", () -> saving.get() != null);
        assertThat(valid).containsExactly(true, false);
        await("and lost it", () -> !stage.events(JobEvent.Kind.LOST).isEmpty());
        assertThat(state(id)).as("not done").isEqualTo(JobState.WAITING);
        assertThat(stage.events(JobEvent.Kind.SUCCEEDED)).isEmpty();
        JobView.Progress progress = admin.find(id).orElseThrow().progress();
        assertThat(progress == null || progress.checkpoint().size() == 0).isTrue();
        end.countDown();
        await("it is done", () -> state(id) == JobState.DONE);
    }

    @Test
    protected void jobsOfAKeyStayInOrderWhileMembersComeAndGo() {
        TaskOptions ordered = TaskOptions.defaults().withOrder(TaskOptions.Order.BLOCK);
        Map<String, List<Integer>> done = new ConcurrentHashMap<>();
        List<String> overlaps = new CopyOnWriteArrayList<>();
        Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();
        JobHandler handler =
                job -> {
                    AtomicInteger count =
                            inside.computeIfAbsent(job.key(), unused -> new AtomicInteger());
                    if (count.incrementAndGet() > 1) {
                        overlaps.add(job.key());
                    }
                    try {
                        Thread.sleep(2);
                        done.computeIfAbsent(job.key(), unused -> new CopyOnWriteArrayList<>())
                                .add(Integer.parseInt(job.payload().toUtf8()));
                    } finally {
                        count.decrementAndGet();
                    }
                };
        start("c0", ordered, handler);
        for (int n = 0; n < 400; n++) {
            producer.submit(Job.of("send", Integer.toString(n)).key("k" + n % 20));
            if (n % 100 == 50) {
                start("c" + (1 + n / 100), ordered, handler);
            } else if (n % 100 == 90) {
                stage.consumer("c" + n / 100).close();
            }
        }
        awaitAllDone();
        assertThat(overlaps).isEmpty();
        assertThat(done).hasSize(20);
        assertThat(done.values())
                .allSatisfy(
                        each -> assertThat(each).hasSize(20).isSorted().doesNotHaveDuplicates());
    }

    @Test
    protected void j9ASubmitWhoseAnswersGetLostMakesOneJob() throws InterruptedException {
        CutStore store = stage.store("producer");
        Producer cut = Jobs.producer(store, JobsStage.QUEUE);
        cut.submit(Job.of("send", "before"));
        store.become(CutStore.Fault.LOSING_REPLIES);
        Thread thread = Thread.ofVirtual().start(() -> cut.submit(Job.of("send", "lost")));
        await("it is there", () -> admin.stats().due() == 2);
        Stage.pause(Duration.ofMillis(300));
        store.become(CutStore.Fault.NONE);
        thread.join();
        assertThat(admin.stats().due()).isEqualTo(2);
        store.become(CutStore.Fault.REFUSING);
        assertThatThrownBy(() -> cut.submit(Job.of("send", "never")))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(admin.stats().due()).isEqualTo(2);
    }

    @Test
    protected void anOutageIsWaitedOutAndNothingIsLost() {
        start("one", TaskOptions.defaults(), job -> Thread.sleep(1));
        awaitShared("one");
        stage.store("one").become(CutStore.Fault.LOSING_REPLIES);
        for (int n = 0; n < 30; n++) {
            producer.submit(Job.of("send", "n" + n));
        }
        Stage.pause(Duration.ofMillis(500));
        stage.store("one").become(CutStore.Fault.NONE);
        awaitAllDone();
        TreeMap<JobId, Integer> count = new TreeMap<>(Comparator.comparing(JobId::toString));
        runs.forEach(run -> count.merge(run.id(), 1, Integer::sum));
        assertThat(count).hasSize(30);
    }

    @Test
    protected void j18AJobIsDoneByWhoHasItsTaskWhoeverHasItsPartition() {
        start("one", TaskOptions.defaults(), job -> {});
        awaitShared("one");
        List<String> done = new CopyOnWriteArrayList<>();
        for (int n = 0; n < 40; n++) {
            producer.submit(Job.of("special", "s" + n).key("k" + n % 5));
            producer.submit(Job.of("send", "n" + n));
        }
        await(
                "what is known is done, and what nobody knows stays",
                () -> runs.size() == 40 && admin.stats().due() == 40);
        TaskOptions ordered = TaskOptions.defaults().withOrder(TaskOptions.Order.BLOCK);
        stage.consumer("two")
                .task("special", ordered, job -> done.add(job.payload().toUtf8()))
                .start();
        awaitAllDone();
        assertThat(done).hasSize(40).doesNotHaveDuplicates();
        for (int key = 0; key < 5; key++) {
            int own = key;
            assertThat(done)
                    .map(text -> Integer.parseInt(text.substring(1)))
                    .filteredOn(n -> n % 5 == own)
                    .as("in order")
                    .isSorted();
        }
        for (int n = 0; n < 40; n++) {
            producer.submit(Job.of("send", "again" + n));
            producer.submit(Job.of("special", "again" + n));
        }
        awaitAllDone();
        assertThat(runs).hasSize(80);
        assertThat(done).hasSize(80);
        assertThat(runs).extracting(Run::member).containsOnly("one");
        assertThat(stage.events(JobEvent.Kind.GIVEN_BACK)).as("what runs is let end").isEmpty();
    }

    @Test
    protected void aJobIsFinishedInATransactionOfTheCallersOrNot() {
        List<QueueResult> results = new CopyOnWriteArrayList<>();
        Store own = stage.store("effects");
        Queue queue = own.queue(JobsStage.QUEUE);
        start(
                "one",
                TaskOptions.defaults(),
                job -> {
                    if (job.payload().toUtf8().equals("cancelled")) {
                        untilInterrupted();
                    }
                    job.followUp(Job.of("next", ""));
                    job.completeWith(batch -> {
                        QueueResult result = queue.apply(batch);
                        results.add(result);
                        if (!(result instanceof QueueResult.Applied)) {
                            throw new IllegalStateException("rolled back");
                        }
                    });
                });
        JobId good = producer.submit(Job.of("send", "good"));
        await("it is done", () -> state(good) == JobState.DONE);
        await("told once", () -> stage.events(JobEvent.Kind.SUCCEEDED).size() == 1);
        assertThat(admin.list(JobState.WAITING, "next", 10, "").jobs()).hasSize(1);
        JobId out = producer.submit(Job.of("send", "cancelled"));
        await("it runs", () -> runs.size() == 2);
        assertThat(admin.cancel(out)).isTrue();
        await("refused", () -> results.size() == 2);
        assertThat(results.getLast()).isInstanceOf(QueueResult.Refused.class);
        assertThat(state(out)).isEqualTo(JobState.CANCELLED);
        assertThat(admin.list(JobState.WAITING, "next", 10, "").jobs()).hasSize(1);
    }

    @Test
    protected void aPreparedSubmissionIsThereWhenItWasAppliedAndNotBefore() {
        start("one", TaskOptions.defaults(), job -> {});
        Submission submission =
                producer.prepare(Job.of("send", "a"), Job.of("send", "b").id("named"));
        assertThat(state(submission.ids().getFirst())).isNull();
        try (Queue queue = stage.store("effects").queue(submission.queue())) {
            assertThat(queue.apply(submission.batch())).isInstanceOf(QueueResult.Applied.class);
            assertThat(queue.apply(submission.batch())).isInstanceOf(QueueResult.Refused.class);
        }
        producer.committed(submission);
        await("both are done", () -> runs.size() == 2);
    }

    @Test
    protected void theLargestJobIsKeptWithItsErrorsAndALargerOneIsRefused() {
        byte[] bytes = new byte[Job.PAYLOAD_BYTES];
        Arrays.fill(bytes, (byte) -1);
        String key = "\u00e4".repeat(256);
        String value = "v".repeat(Job.HEADER_BYTES - 1);
        Job largest = Job.of("t".repeat(Job.TASK_BYTES), Bytes.of(bytes)).attempts(5);
        largest = largest.key(key).header("h", value).id("i".repeat(128));
        AtomicBoolean isMended = new AtomicBoolean();
        stage.consumer("one")
                .task(
                        largest.task(),
                        TaskOptions.defaults()
                                .withRetry(
                                        new Retry(
                                                5, Duration.ofMillis(1), Duration.ofMillis(9), 1)),
                        job -> {
                            if (!isMended.get()) {
                                throw new IllegalStateException("\u20ac".repeat(200_000));
                            }
                            job.checkpoint(Bytes.of(new byte[ActiveJob.CHECKPOINT_BYTES]));
                            job.flush();
                        })
                .start();
        JobId id = producer.submit(largest);
        await("it is given up", () -> state(id) == JobState.DEAD);
        JobView dead = admin.find(id).orElseThrow();
        assertThat(dead.payload()).isEqualTo(Bytes.of(bytes));
        assertThat(dead.headers()).containsEntry("h", value);
        assertThat(dead.errors()).as("the last ones").isNotEmpty();
        assertThat(dead.errors().getLast().attempt()).isEqualTo(5);
        assertThat(dead.why()).hasSizeLessThan(1000);
        isMended.set(true);
        assertThat(admin.retry(id)).isTrue();
        await("it is done", () -> state(id) == JobState.DONE);
        Job some = Job.of("send", "");
        assertRefused("payload", () -> Job.of("send", Bytes.of(new byte[Job.PAYLOAD_BYTES + 1])));
        assertRefused("headers", () -> some.header("h", value + "v"));
        assertRefused("key", () -> some.key(key + "k"));
        assertRefused("key", () -> some.unique(key + "k", Duration.ofHours(1)));
        assertThatThrownBy(() -> some.id("i".repeat(129)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is not 1 to 128");
        assertRefused("task name", () -> Job.of("t".repeat(Job.TASK_BYTES + 1), ""));
        assertRefused(
                "queue name",
                () -> Jobs.create(stage.store("named"), "q".repeat(191), JobsStage.PARTITIONS));
    }

    private static void assertRefused(String what, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("limit");
    }

    @Test
    protected void j8AJobThatEndsItsProcessIsGivenUpAndTakesNoOtherWithIt() {
        JobHandler deadly =
                job -> {
                    if (job.payload().toUtf8().equals("deadly")) {
                        stage.member(runs.getLast().member()).cancel();
                        Thread.sleep(Duration.ofHours(1));
                    }
                };
        JobId id = producer.submit(Job.of("send", "deadly").key("k").attempts(1));
        for (int n = 0; n < 5; n++) {
            producer.submit(Job.of("send", "harmless").key("k").attempts(1));
        }
        for (int n = 0; n < 8 && state(id) != JobState.DEAD; n++) {
            String name = "p" + n;
            Consumer consumer =
                    stage.consumer(name).options(ConsumerOptions.defaults().withConcurrency(1));
            start(name, TaskOptions.defaults().withOrder(TaskOptions.Order.SKIP), deadly);
            await(
                    name + " ends, or the job",
                    () -> !stage.member(name).isValid() || state(id) == JobState.DEAD);
            assertThat(consumer.queue()).isEqualTo(JobsStage.QUEUE);
        }
        assertThat(state(id)).isEqualTo(JobState.DEAD);
        assertThat(admin.find(id).orElseThrow().why()).contains("process");
        awaitAllDone();
        assertThat(admin.stats().dead()).as("no other").isEqualTo(1);
    }
}
