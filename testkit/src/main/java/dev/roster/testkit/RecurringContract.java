package dev.roster.testkit;

import static dev.roster.testkit.Stage.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.InvalidInputException;
import dev.roster.Operation;
import dev.roster.Problem;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.ConsumerOptions;
import dev.roster.jobs.Job;
import dev.roster.jobs.JobId;
import dev.roster.jobs.JobPage;
import dev.roster.jobs.JobState;
import dev.roster.jobs.JobView;
import dev.roster.jobs.Missed;
import dev.roster.jobs.Recurring;
import dev.roster.jobs.RecurringJob;
import dev.roster.jobs.Schedule;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What recurring jobs are on any store. A store's test extends this class and says how to open it.
 */
@Timeout(90)
public abstract class RecurringContract {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Schedule SECONDLY = Schedule.every(SECOND);
    private static final Schedule HOURLY = Schedule.every(Duration.ofHours(1));
    private static final Job TICK = Job.of("tick", "tock");

    /** One run of a job. */
    private record Run(String member, JobId id, String schedule, String at, String payload) {}

    private final List<Run> runs = new CopyOnWriteArrayList<>();
    private JobsStage stage;
    private Recurring recurring;

    /** Opens another handle on the same content, as another process would; new for each test. */
    protected abstract Store open();

    @BeforeEach
    final void openStage() {
        stage = new JobsStage(this::open);
        recurring = stage.admin().recurring();
    }

    @AfterEach
    final void closeStage() {
        stage.close();
    }

    private Consumer start(String name) {
        return stage.consumer(name)
                .task(
                        "tick",
                        job ->
                                runs.add(
                                        new Run(
                                                name,
                                                job.id(),
                                                job.headers().getOrDefault(Recurring.SCHEDULE, ""),
                                                job.headers().getOrDefault(Recurring.FIRE_TIME, ""),
                                                job.payload().toUtf8())))
                .start();
    }

    private Instant next(String name) {
        return Objects.requireNonNull(find(name).next());
    }

    private RecurringJob find(String name) {
        return recurring.find(name).orElseThrow();
    }

    private void awaitRuns(int count) {
        await("%d runs, and there are %s".formatted(count, runs), () -> runs.size() >= count);
    }

    /** The fire times that were run, each once. */
    private SortedSet<Instant> times() {
        TreeSet<Instant> times = new TreeSet<>();
        for (Run run : runs) {
            assertThat(run.id().id()).isEqualTo(run.schedule() + ":" + run.at());
            assertThat(times.add(Instant.parse(run.at()))).as("once: %s", run).isTrue();
        }
        return times;
    }

    /** Each job ended once: one that was submitted twice would have ended twice. */
    private void assertEachEndedOnce() {
        await("all are done", () -> stage.admin().stats().due() == 0);
        List<JobId> ended = new ArrayList<>();
        String next = "";
        do {
            JobPage page = stage.admin().list(JobState.DONE, "tick", 500, next);
            page.jobs().forEach(job -> ended.add(job.id()));
            next = page.next();
        } while (!next.isEmpty());
        assertThat(ended).isNotEmpty().doesNotHaveDuplicates();
    }

    private void stop() {
        recurring.list().forEach(one -> recurring.delete(one.name()));
    }

    /** Those that are due together may be run in any order. */
    private void awaitNoneLeftOut() {
        await("none of %s is left out".formatted(runs), () -> isGapless(times()));
    }

    private static boolean isGapless(SortedSet<Instant> times) {
        return times.last().equals(times.first().plusSeconds(times.size() - 1));
    }

    @Test
    protected void aJobIsDoneAtEachFireTimeUntilItIsDeleted() {
        recurring.put("second", SECONDLY, TICK.header("a", "b").priority(2), Missed.runAll(100));
        start("one");
        awaitRuns(3);
        awaitNoneLeftOut();
        Run first = runs.getFirst();
        assertThat(first.schedule()).isEqualTo("second");
        assertThat(first.payload()).isEqualTo("tock");
        await(
                "it is done",
                () ->
                        stage.admin()
                                .find(first.id())
                                .map(JobView::state)
                                .equals(Optional.of(JobState.DONE)));
        RecurringJob known = find("second");
        assertThat(known.last()).isNotNull().isAfterOrEqualTo(Instant.parse(first.at()));
        assertThat(next("second")).isAfterOrEqualTo(known.last().plus(SECOND));
        assertThat(Objects.requireNonNull(known.lastJob()).id())
                .isEqualTo("second:" + known.last());
        assertThat(recurring.delete("second")).isTrue();
        assertThat(recurring.delete("second")).isFalse();
        assertThat(recurring.list()).isEmpty();
        Stage.pause(SECOND);
        int count = runs.size();
        Stage.pause(SECOND.multipliedBy(2));
        assertThat(runs).hasSize(count);
    }

    @Test
    protected void j7EachFireTimeMakesOneJobWhoeverOwnsTheScheduleThen() {
        for (String name : List.of("a", "b", "c", "d")) {
            recurring.put(name, SECONDLY, Job.of("tick", name), Missed.runAll(100));
        }
        start("one");
        start("two");
        awaitRuns(8);
        stage.store("one").become(CutStore.Fault.HANGING);
        awaitRuns(16);
        start("three");
        awaitRuns(24);
        stage.store("one").become(CutStore.Fault.NONE);
        awaitRuns(32);
        stage.consumer("two").close();
        awaitRuns(44);
        stop();
        assertEachEndedOnce();
        List<Run> all = List.copyOf(runs);
        for (String name : List.of("a", "b", "c", "d")) {
            runs.clear();
            all.stream().filter(run -> run.schedule().equals(name)).distinct().forEach(runs::add);
            TreeSet<JobId> ids = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
            runs.removeIf(run -> !ids.add(run.id()));
            assertThat(isGapless(times())).as("none of %s is left out", runs).isTrue();
        }
    }

    @Test
    protected void aTurnWhoseAnswerGotLostIsNotRepeated() {
        start("one");
        recurring.put("second", SECONDLY, TICK, Missed.runAll(100));
        awaitRuns(1);
        stage.store("one").become(CutStore.Fault.LOSING_REPLIES);
        Stage.pause(Duration.ofMillis(1500));
        stage.store("one").become(CutStore.Fault.NONE);
        await(
                "five, and none is left out: %s".formatted(runs),
                () -> {
                    TreeSet<Instant> times = new TreeSet<>();
                    runs.forEach(run -> times.add(Instant.parse(run.at())));
                    return times.size() >= 5 && isGapless(times);
                });
        stop();
        assertEachEndedOnce();
    }

    @Test
    protected void whatPassedWithoutAConsumerIsMadeUpForAsIsSaid() {
        recurring.put("last", SECONDLY, TICK);
        recurring.put("all", SECONDLY, TICK, Missed.runAll(2));
        recurring.put("none", HOURLY, TICK, Missed.skip());
        Stage.pause(SECOND.multipliedBy(4));
        Instant began = next("last");
        start("one");
        awaitRuns(5);
        List<Run> last = runs.stream().filter(run -> run.schedule().equals("last")).toList();
        assertThat(Instant.parse(last.getFirst().at()))
                .as("those before it are left out")
                .isAfterOrEqualTo(began.plus(SECOND.multipliedBy(2)));
        List<Run> all = runs.stream().filter(run -> run.schedule().equals("all")).toList();
        assertThat(Instant.parse(all.getFirst().at()))
                .isAfterOrEqualTo(began.plus(SECOND.multipliedBy(1)));
        assertThat(runs).noneMatch(run -> run.schedule().equals("none"));
    }

    @Test
    protected void itRestsAndGoesOnFromThere() {
        recurring.put("second", SECONDLY, TICK, Missed.runAll(100));
        start("one");
        awaitRuns(1);
        assertThat(recurring.pause("second")).isTrue();
        assertThat(find("second").paused()).isTrue();
        assertThat(find("second").next()).isNull();
        Stage.pause(SECOND);
        int count = runs.size();
        Stage.pause(SECOND.multipliedBy(3));
        assertThat(runs).hasSize(count);
        assertThat(recurring.resume("second")).isTrue();
        awaitRuns(count + 2);
        Instant before = Instant.parse(runs.get(count - 1).at());
        assertThat(Instant.parse(runs.get(count).at()))
                .as("what passed while it rested is not made up for")
                .isAfter(before.plus(SECOND.multipliedBy(3)));
        times();
        assertThat(recurring.pause("other")).isFalse();
        assertThat(recurring.resume("other")).isFalse();
    }

    @Test
    protected void itIsTriggeredBesidesItsSchedule() {
        recurring.put("hour", HOURLY, TICK);
        recurring.pause("hour");
        start("one");
        JobId id = recurring.trigger("hour").orElseThrow();
        awaitRuns(1);
        assertThat(runs.getFirst().id()).isEqualTo(id);
        assertThat(runs.getFirst().schedule()).isEqualTo("hour");
        assertThat(runs.getFirst().at()).isEmpty();
        assertThat(find("hour").last()).isNull();
        assertThat(recurring.trigger("other")).isEmpty();
    }

    @Test
    protected void itIsChangedWhileItRuns() {
        recurring.put("it", HOURLY, TICK.key("k"));
        Instant next = next("it");
        start("one");
        recurring.put("it", HOURLY, Job.of("tick", "other"), Missed.skip());
        assertThat(find("it").next()).as("the same schedule goes on").isEqualTo(next);
        assertThat(find("it").missed()).isEqualTo(Missed.skip());
        assertThat(find("it").key()).isEmpty();
        recurring.put("it", SECONDLY, Job.of("tick", "third"), Missed.runAll(3));
        awaitRuns(1);
        assertThat(runs.getFirst().payload()).isEqualTo("third");
        assertThat(recurring.list())
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.name()).isEqualTo("it");
                    assertThat(one.schedule()).isEqualTo("every PT1S");
                    assertThat(one.task()).isEqualTo("tick");
                    assertThat(one.missed()).isEqualTo(Missed.runAll(3));
                });
    }

    @Test
    protected void theSameAgainChangesNothing() {
        Store store = stage.store("reader");
        recurring.put("it", HOURLY, TICK);
        recurring.pause("it");
        long revision = store.read(Range.prefix("j/")).revision();
        recurring.put("it", HOURLY, TICK);
        assertThat(store.read(Range.prefix("j/")).revision()).isEqualTo(revision);
        assertThat(find("it").paused()).isTrue();
    }

    @Test
    protected void aScheduleThatNobodyCanReadIsReportedAndHoldsUpNoOther() {
        Store store = stage.store("writer");
        recurring.put("known", SECONDLY, TICK);
        recurring.put("moon", HOURLY, TICK);
        String key = "j/" + JobsStage.QUEUE + "/s/moon";
        Bytes value = store.read(Range.key(key)).entries().getFirst().value();
        byte[] text = value.toArray();
        System.arraycopy(Bytes.utf8("lunar").toArray(), 0, text, 3, 5);
        commit(store, key, Bytes.of(text));
        assertThat(find("moon").next()).isNull();
        commit(store, "j/" + JobsStage.QUEUE + "/s/broken", Bytes.utf8("?"));
        start("one");
        awaitRuns(1);
        assertThat(runs.getFirst().schedule()).isEqualTo("known");
        await(
                "both are reported",
                () ->
                        List.of("moon", "broken").stream()
                                .allMatch(name -> isReported("recurring job " + name)));
        assertThatThrownBy(() -> recurring.find("broken"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Delete it");
        assertThat(recurring.delete("broken")).isTrue();
        assertThat(recurring.list()).hasSize(2);
    }

    private boolean isReported(String subject) {
        return stage.problems().stream()
                .anyMatch(one ->
                        one.kind() == Problem.Kind.CORRUPT_RECORD && one.subject().equals(subject));
    }

    private static void commit(Store store, String key, Bytes value) {
        CommitResult result =
                store.commit(new Commit(null, List.of(), List.of(new Operation.Put(key, value))));
        assertThat(result).isInstanceOf(CommitResult.Applied.class);
    }

    @Test
    protected void howFarItCameStaysWhileItIsThere() {
        recurring.put("second", SECONDLY, TICK);
        start("one");
        awaitRuns(1);
        stage.consumer("one").close();
        Instant last = find("second").last();
        stage.admin().clean(ConsumerOptions.defaults().withKeepDone(Duration.ZERO));
        assertThat(find("second").last()).isEqualTo(last);
    }

    @Test
    protected void whatCannotRecurIsRefused() {
        assertThatThrownBy(() -> recurring.put("a b", HOURLY, TICK))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a b");
        assertThatThrownBy(() -> recurring.put("a".repeat(65), HOURLY, TICK))
                .isInstanceOf(InvalidInputException.class);
        for (Job job :
                List.of(
                        TICK.id("mine"),
                        TICK.unique("u", SECOND),
                        TICK.delay(SECOND),
                        TICK.at(Instant.EPOCH))) {
            assertThatThrownBy(() -> recurring.put("a", HOURLY, job))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no id, unique key, delay or time");
        }
        Schedule unknown =
                new Schedule() {
                    @Override
                    public Optional<Instant> next(Instant after) {
                        return Optional.empty();
                    }

                    @Override
                    public String text() {
                        return "moon full";
                    }
                };
        assertThatThrownBy(() -> recurring.put("a", unknown, TICK))
                .isInstanceOf(InvalidInputException.class);
        assertThat(recurring.list()).isEmpty();
    }
}
