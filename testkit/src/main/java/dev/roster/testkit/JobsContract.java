package dev.roster.testkit;

import static dev.roster.testkit.Stage.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.InvalidInputException;
import dev.roster.jobs.ConsumerOptions;
import dev.roster.jobs.Job;
import dev.roster.jobs.JobEvent;
import dev.roster.jobs.JobFailedException;
import dev.roster.jobs.JobId;
import dev.roster.jobs.JobPage;
import dev.roster.jobs.JobState;
import dev.roster.jobs.JobView;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.jobs.QueueStats;
import dev.roster.jobs.Retry;
import dev.roster.jobs.TaskOptions;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What jobs are on any store, for one consumer and for operators. What happens to them when members
 * come and go is in {@link JobsGroupContract}. A store's test extends this class and says how to
 * open it.
 */
@Timeout(60)
public abstract class JobsContract {
    private static final Retry SOON =
            new Retry(3, Duration.ofMillis(20), Duration.ofMillis(100), 1);
    private static final TaskOptions QUICK = TaskOptions.defaults().withRetry(SOON);

    private final List<String> log = new CopyOnWriteArrayList<>();
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

    private void awaitLog(String... lines) {
        await(
                "the log is %s, and is %s".formatted(List.of(lines), log),
                () -> log.size() >= lines.length);
        assertThat(log).containsExactly(lines);
    }

    private void awaitState(JobId id, JobState state) {
        await(
                id + " is " + state,
                () -> admin.find(id).map(JobView::state).equals(Optional.of(state)));
    }

    @Test
    protected void j1AJobThatEndsWellIsDone() {
        stage.consumer("one")
                .task(
                        "send",
                        job -> log.add(job.payload().toUtf8() + job.headers() + job.attempt()))
                .start();
        JobId id = producer.submit(Job.of("send", "hi").header("a", "b"));
        awaitLog("hi{a=b}1");
        awaitState(id, JobState.DONE);
        assertThat(JobId.parse(id.toString())).isEqualTo(id);
        await("told", () -> stage.events(JobEvent.Kind.SUCCEEDED).size() == 1);
        assertThat(stage.events(JobEvent.Kind.STARTED)).hasSize(1);
    }

    @Test
    protected void whatWasSubmittedBeforeThereWasAConsumerIsDoneWhenThereIs() {
        List<Job> jobs = new ArrayList<>();
        for (int n = 0; n < 500; n++) {
            jobs.add(Job.of("send", "n" + n));
        }
        assertThat(producer.submitAll(jobs)).doesNotHaveDuplicates().hasSize(500);
        assertThat(admin.stats().due()).isEqualTo(500);
        stage.consumer("one").task("send", job -> log.add(job.payload().toUtf8())).start();
        await("all are done", () -> log.size() == 500 && admin.stats().due() == 0);
        assertThat(log).doesNotHaveDuplicates();
    }

    @Test
    protected void j2AJobThatAlwaysFailsIsDeadAfterItsAttemptsAndCanBeTriedAgainOrDropped() {
        AtomicInteger goodFrom = new AtomicInteger(Integer.MAX_VALUE);
        AtomicInteger runs = new AtomicInteger();
        stage.consumer("one")
                .task(
                        "send",
                        QUICK,
                        job -> {
                            if (runs.incrementAndGet() < goodFrom.get()) {
                                throw new IllegalStateException("always fail");
                            }
                        })
                .start();
        JobId id = producer.submit(Job.of("send", "x").attempts(2));
        awaitState(id, JobState.DEAD);
        assertThat(runs).hasValue(2);
        JobView dead = admin.find(id).orElseThrow();
        assertThat(dead.why()).isEqualTo("always fail");
        assertThat(dead.attempts()).isEqualTo(2);
        assertThat(dead.errors()).extracting(JobView.Failure::attempt).containsExactly(1, 2);
        assertThat(dead.errors().getFirst().stack()).contains("IllegalStateException");
        assertThat(dead.payload()).isEqualTo(Bytes.utf8("x"));
        goodFrom.set(0);
        assertThat(admin.retry(id)).isTrue();
        awaitState(id, JobState.DONE);
        assertThat(admin.retry(id)).isFalse();
        goodFrom.set(Integer.MAX_VALUE);
        JobId other = producer.submit(Job.of("send", "y").attempts(1));
        awaitState(other, JobState.DEAD);
        assertThat(admin.list(JobState.DEAD, "send", 10, "").jobs()).hasSize(1);
        assertThat(admin.dropAll("other")).isZero();
        assertThat(admin.drop(other)).isTrue();
        assertThat(admin.find(other)).isEmpty();
        assertThat(admin.drop(other)).isFalse();
    }

    @Test
    protected void j3AndJ4TheNextAttemptGoesOnWhereTheLastOneSaved() {
        stage.consumer("one")
                .task(
                        "send",
                        QUICK,
                        job -> {
                            log.add(job.lastCheckpoint().map(Bytes::toUtf8).orElse("nothing"));
                            if (job.attempt() == 1) {
                                job.checkpoint(Bytes.utf8("first"));
                                throw new StackOverflowError("paniced once");
                            } else if (job.attempt() == 2) {
                                job.checkpoint(Bytes.utf8("second"));
                                job.progress(50, "half");
                                job.flush();
                                throw new OutOfMemoryError("so they say");
                            }
                        })
                .start();
        JobId id = producer.submit(Job.of("send", ""));
        awaitLog("nothing", "first", "second");
        awaitState(id, JobState.DONE);
    }

    @Test
    protected void j5WhateverAJobThrowsTheOthersGoOn() {
        stage.consumer("one")
                .task(
                        "send",
                        QUICK,
                        job -> {
                            switch (job.payload().toUtf8()) {
                                case "error" -> throw new StackOverflowError("panic");
                                case "final" -> throw new JobFailedException("never");
                                case "interrupt" -> Thread.currentThread().interrupt();
                                default -> log.add(job.payload().toUtf8());
                            }
                        })
                .start();
        JobId error = producer.submit(Job.of("send", "error").attempts(1));
        JobId forGood = producer.submit(Job.of("send", "final"));
        JobId interrupt = producer.submit(Job.of("send", "interrupt"));
        awaitState(error, JobState.DEAD);
        awaitState(forGood, JobState.DEAD);
        awaitState(interrupt, JobState.DONE);
        producer.submit(Job.of("send", "good"));
        awaitLog("good");
        assertThat(admin.find(error).orElseThrow().why()).isEqualTo("panic");
        assertThat(admin.find(forGood).orElseThrow().errors()).hasSize(1);
    }

    @Test
    protected void j6StartingAndClosingAtOnceReturns() {
        stage.consumer("one").task("send", job -> {}).start().close();
        assertThat(stage.member("one").isValid()).isTrue();
    }

    @Test
    protected void j9WhatEndedIsKeptForAWhileAndThenIsGone() {
        stage.consumer("one")
                .task(
                        "send",
                        job -> {
                            if (job.payload().size() > 0) {
                                throw new JobFailedException("no");
                            }
                        })
                .start();
        JobId done = producer.submit(Job.of("send", ""));
        JobId dead = producer.submit(Job.of("send", "x"));
        awaitState(done, JobState.DONE);
        awaitState(dead, JobState.DEAD);
        admin.clean(ConsumerOptions.defaults());
        assertThat(admin.find(done)).isPresent();
        assertThat(admin.find(dead)).isPresent();
        admin.clean(
                ConsumerOptions.defaults().withKeepDone(Duration.ZERO).withKeepDead(Duration.ZERO));
        assertThat(admin.find(done)).isEmpty();
        assertThat(admin.find(dead)).isEmpty();
    }

    private String note(JobId id) {
        JobView.Progress progress = admin.find(id).orElseThrow().progress();
        return progress == null ? "none" : progress.note();
    }

    @Test
    protected void j12ProgressIsSeenInOrder() {
        stage.consumer("one")
                .task(
                        "send",
                        job -> {
                            for (int n = 1; n <= 3; n++) {
                                job.progress(n * 10, "step " + n);
                                job.flush();
                                log.add(note(job.id()));
                            }
                        })
                .start();
        producer.submit(Job.of("send", ""));
        awaitLog("step 1", "step 2", "step 3");
    }

    @Test
    protected void aJobWaitsUntilItIsDue() {
        stage.consumer("one").task("send", job -> log.add(job.payload().toUtf8())).start();
        JobId later = producer.submit(Job.of("send", "later").delay(Duration.ofHours(1)));
        producer.submit(Job.of("send", "now"));
        awaitLog("now");
        long begin = System.nanoTime();
        producer.submit(Job.of("send", "soon").delay(Duration.ofMillis(600)));
        awaitLog("now", "soon");
        // By the store's clock, which is another one.
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isGreaterThan(Duration.ofMillis(500));
        await("both are done", () -> admin.stats().due() == 0);
        QueueStats stats = admin.stats();
        assertThat(stats.later()).isEqualTo(1);
        assertThat(stats.tasks()).containsEntry("send", 1L);
        assertThat(admin.find(later).orElseThrow().state()).isEqualTo(JobState.WAITING);
    }

    @Test
    protected void jobsOfAKeyAreDoneInOrderAndWaitForOneThatFails() {
        Map<String, List<String>> byKey = new ConcurrentHashMap<>();
        AtomicInteger failures = new AtomicInteger(4);
        stage.consumer("one")
                .task(
                        "send",
                        QUICK.withOrder(TaskOptions.Order.BLOCK)
                                .withRetry(
                                        new Retry(
                                                99,
                                                Duration.ofMillis(20),
                                                Duration.ofMillis(50),
                                                1)),
                        job -> {
                            if (failures.getAndDecrement() > 0) {
                                throw new IllegalStateException("not yet");
                            }
                            byKey.computeIfAbsent(job.key(), unused -> new CopyOnWriteArrayList<>())
                                    .add(job.payload().toUtf8());
                        })
                .start();
        for (int n = 0; n < 100; n++) {
            producer.submit(Job.of("send", "%03d".formatted(n)).key("k" + n % 5));
        }
        await("all are done", () -> byKey.values().stream().mapToInt(List::size).sum() == 100);
        assertThat(byKey).hasSize(5);
        assertThat(byKey.values()).allSatisfy(one -> assertThat(one).isSorted().hasSize(20));
    }

    @Test
    protected void j7OfJobsWithAUniqueKeyOrAnIdTheFirstCounts() {
        JobId first = producer.submit(Job.of("send", "a").unique("u", Duration.ofHours(1)));
        JobId second =
                stage.producer().submit(Job.of("send", "b").unique("u", Duration.ofHours(1)));
        assertThat(second).isEqualTo(first);
        JobId mine = producer.submit(Job.of("send", "c").id("mine").key("k"));
        assertThat(producer.submit(Job.of("send", "d").id("mine").key("k"))).isEqualTo(mine);
        assertThat(mine.id()).isEqualTo("mine");
        JobId brief = producer.submit(Job.of("send", "e").unique("v", Duration.ofMillis(1)));
        Stage.pause(Duration.ofMillis(50));
        assertThat(producer.submit(Job.of("send", "f").unique("v", Duration.ofMillis(1))))
                .as("the time is over")
                .isNotEqualTo(brief);
        stage.consumer("one").task("send", job -> log.add(job.payload().toUtf8())).start();
        await("done", () -> admin.stats().due() == 0);
        assertThat(log).containsExactlyInAnyOrder("a", "c", "e", "f");
        assertThat(producer.submit(Job.of("send", "g").id("mine").key("k")))
                .as("also when it is done")
                .isEqualTo(mine);
        assertThat(admin.stats().due()).isZero();
    }

    @Test
    protected void whatIsTooLateIsNotBegun() {
        JobId late = producer.submit(Job.of("send", "late").expires(Duration.ofMillis(1)));
        Stage.pause(Duration.ofMillis(50));
        stage.consumer("one").task("send", job -> log.add(job.payload().toUtf8())).start();
        awaitState(late, JobState.EXPIRED);
        assertThat(log).isEmpty();
    }

    @Test
    protected void aJobThatRunsTooLongIsInterruptedAndAnEndlessLoopIsGivenUpOn() {
        CountDownLatch end = new CountDownLatch(1);
        stage.consumer("one")
                .options(ConsumerOptions.defaults().withStuckAfter(Duration.ofMillis(300)))
                .task(
                        "sleep",
                        QUICK.withTimeout(Duration.ofMillis(200)),
                        job -> Thread.sleep(Duration.ofHours(1)))
                .task("loop", QUICK.withTimeout(Duration.ofMillis(200)), job -> awaitDeaf(end))
                .start();
        JobId sleeps = producer.submit(Job.of("sleep", "").attempts(2));
        JobId loops = producer.submit(Job.of("loop", "").attempts(1));
        awaitState(sleeps, JobState.DEAD);
        awaitState(loops, JobState.DEAD);
        assertThat(admin.find(sleeps).orElseThrow().why()).contains("longer than 200 ms");
        await(
                "the one that loops is told of",
                () ->
                        stage.events(JobEvent.Kind.STUCK).stream()
                                .anyMatch(one -> one.id().equals(loops)));
        end.countDown();
    }

    private static void awaitDeaf(CountDownLatch end) {
        while (end.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    protected void aWaitingJobAndARunningOneCanBeCancelled() {
        JobId waiting = producer.submit(Job.of("send", "").delay(Duration.ofHours(1)));
        assertThat(admin.cancel(waiting)).isTrue();
        assertThat(admin.cancel(waiting)).isFalse();
        assertThat(admin.find(waiting).orElseThrow().state()).isEqualTo(JobState.CANCELLED);
        stage.consumer("one")
                .task(
                        "send",
                        job -> {
                            log.add("began");
                            Thread.sleep(Duration.ofHours(1));
                        })
                .start();
        JobId running = producer.submit(Job.of("send", ""));
        awaitLog("began");
        assertThat(admin.cancel(running)).isTrue();
        await("it is told", () -> stage.events(JobEvent.Kind.CANCELLED).size() == 1);
        assertThat(admin.find(running).orElseThrow().state()).isEqualTo(JobState.CANCELLED);
        assertThat(stage.events(JobEvent.Kind.RETRIED)).isEmpty();
    }

    @Test
    protected void aQueueAndATaskCanBePaused() {
        admin.pause();
        admin.pauseTask("other");
        assertThat(admin.stats().paused()).isTrue();
        stage.consumer("one")
                .task("send", job -> log.add("send"))
                .task("other", job -> log.add("other"))
                .start();
        producer.submit(Job.of("send", ""));
        producer.submit(Job.of("other", ""));
        Stage.pause(Duration.ofMillis(1500));
        assertThat(log).isEmpty();
        admin.resume();
        awaitLog("send");
        assertThat(admin.stats().pausedTasks()).containsExactly("other");
        admin.resumeTask("other");
        awaitLog("send", "other");
    }

    @Test
    protected void j18AnUnknownTaskStaysForOneWhoKnowsIt() {
        stage.consumer("one").task("known", job -> log.add("known")).start();
        JobId unknown = producer.submit(Job.of("unknown", ""));
        for (int n = 0; n < 3 * admin.partitions(); n++) {
            producer.submit(Job.of("known", ""));
        }
        await("all others are done", () -> log.size() == 3 * admin.partitions());
        await(
                "it is told",
                () -> stage.problems().stream().anyMatch(it -> it.subject().equals("unknown")));
        assertThat(admin.find(unknown).orElseThrow().state()).isEqualTo(JobState.WAITING);
        stage.consumer("one").close();
        stage.consumer("two").task("unknown", job -> log.add("found")).start();
        awaitState(unknown, JobState.DONE);
    }

    @Test
    protected void aJobThatFollowsIsSubmittedWithTheEnd() {
        stage.consumer("one")
                .task(
                        "first",
                        QUICK,
                        job -> {
                            job.followUp(Job.of("second", "2").key("k"));
                            if (job.attempt() == 1) {
                                throw new IllegalStateException("once");
                            }
                            log.add("1");
                        })
                .task("second", job -> log.add(job.payload().toUtf8()))
                .start();
        producer.submit(Job.of("first", ""));
        awaitLog("1", "2");
        await("all are done", () -> admin.stats().due() == 0);
        assertThat(log).containsExactly("1", "2");
    }

    @Test
    protected void listsArePaged() {
        List<JobId> ids = new ArrayList<>();
        for (int n = 0; n < 120; n++) {
            ids.add(producer.submit(Job.of(n % 2 == 0 ? "a" : "b", "").delay(Duration.ofHours(1))));
        }
        List<JobId> listed = new ArrayList<>();
        String next = "";
        do {
            JobPage page = admin.list(JobState.WAITING, "a", 7, next);
            assertThat(page.jobs()).hasSizeLessThanOrEqualTo(7);
            page.jobs().forEach(job -> listed.add(job.id()));
            next = page.next();
        } while (!next.isEmpty());
        assertThat(listed).hasSize(60).doesNotHaveDuplicates();
        assertThat(ids).containsAll(listed);
    }

    @Test
    protected void aQueueIsThereWhenItWasMade() {
        try (Store store = open()) {
            assertThat(Jobs.exists(store, admin.queue())).isTrue();
            assertThat(Jobs.exists(store, "another")).isFalse();
            assertThat(Jobs.exists(store, "another")).as("asking makes none").isFalse();
            assertThat(Jobs.create(store, "another", 3)).isEqualTo(3);
            assertThat(Jobs.exists(store, "another")).isTrue();
        }
    }

    @Test
    protected void badInputIsRefusedBeforeAnythingIsSent() {
        assertThatThrownBy(() -> Job.of("", "x")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Job.of("t", Bytes.of(new byte[Job.PAYLOAD_BYTES + 1])))
                .hasMessageContaining(Integer.toString(Job.PAYLOAD_BYTES));
        assertThatThrownBy(() -> Job.of("t", "").id("no/slash")).hasMessageContaining("A-Z");
        assertThatThrownBy(() -> Job.of("t", "").priority(10)).hasMessageContaining("0 to 9");
        assertThatThrownBy(() -> Job.of("t", "").delay(Duration.ofSeconds(-1)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> JobId.parse("x")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> admin.find(new JobId(99_999, "x")))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> admin.list(JobState.DEAD, "", 10, "nonsense/"))
                .isInstanceOf(InvalidInputException.class);
        JobId largest =
                producer.submit(
                        Job.of("t", Bytes.of(new byte[Job.PAYLOAD_BYTES])).key("k".repeat(512)));
        assertThat(admin.find(largest).orElseThrow().payload().size()).isEqualTo(Job.PAYLOAD_BYTES);
    }
}
