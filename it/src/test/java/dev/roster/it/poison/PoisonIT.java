package dev.roster.it.poison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.jobs.Job;
import dev.roster.jobs.JobId;
import dev.roster.jobs.JobState;
import dev.roster.jobs.JobView;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that is bad for its process ends in the dead letters after its attempts, and its neighbours
 * are done all the same; with real processes that are started again when they end, as a supervisor
 * does.
 */
@Timeout(300)
final class PoisonIT {
    private static final int NEIGHBOURS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir private Path folder = Path.of("");

    private final Map<String, Process> workers = new TreeMap<>();
    private String url = "";
    private Store store;
    private Producer producer;
    private JobsAdmin admin;
    private int starts;
    private int processors = 4;
    private boolean leaves;

    @BeforeEach
    void open() {
        url = "sqlite:" + folder.resolve("poison.db");
        store = Store.open(url);
        int unused = Jobs.create(store, PoisonedWorker.QUEUE, 4);
        producer = Jobs.producer(store, PoisonedWorker.QUEUE);
        admin = Jobs.admin(store, PoisonedWorker.QUEUE);
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Process worker : workers.values()) {
            worker.destroyForcibly();
            worker.waitFor();
        }
        store.close();
    }

    private Process start(String name) {
        try {
            starts++;
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx96m",
                            "-Djdk.virtualThreadScheduler.parallelism=" + processors,
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            PoisonedWorker.class.getName(),
                            url,
                            name,
                            leaves ? "leaving" : "")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(name).toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts what has ended again, until nothing of a task is left to do; "" for all tasks. */
    private void superviseUntilDone(String task) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!admin.list(JobState.WAITING, task, 1, "").jobs().isEmpty()) {
            assertThat(System.nanoTime() - end).as("all is done in time").isNegative();
            for (String name : List.of("a", "b")) {
                workers.compute(
                        name,
                        (unused, worker) ->
                                worker == null || !worker.isAlive() ? start(name) : worker);
            }
            Thread.sleep(50);
        }
    }

    /** Neighbours of all partitions, and the jobs of a few tasks in between. */
    private Map<String, JobId> submit(List<String> poisons, int attempts) {
        List<Job> jobs = new ArrayList<>();
        for (int n = 0; n < NEIGHBOURS; n++) {
            jobs.add(Job.of("good", ""));
        }
        poisons.forEach(task -> jobs.add(NEIGHBOURS / 4, Job.of(task, "").attempts(attempts)));
        List<JobId> ids = producer.submitAll(jobs);
        Map<String, JobId> byTask = new TreeMap<>();
        for (String task : poisons) {
            byTask.put(task, ids.get(indexOf(jobs, task)));
        }
        return byTask;
    }

    private static int indexOf(List<Job> jobs, String task) {
        return jobs.stream().map(Job::task).toList().indexOf(task);
    }

    private JobView dead(@Nullable JobId id) {
        JobView job = admin.find(Objects.requireNonNull(id)).orElseThrow();
        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.DEAD);
        return job;
    }

    private void assertNeighboursDone() {
        assertThat(admin.list(JobState.DONE, "good", 10_000, "").jobs()).hasSize(NEIGHBOURS);
    }

    @Test
    void jobsThatEndTheirProcessAreGivenUpAfterTheirAttempts() throws InterruptedException {
        Map<String, JobId> poisons = submit(List.of("exit", "halt"), 2);
        superviseUntilDone("");
        for (JobId id : poisons.values()) {
            assertThat(dead(id).why()).isEqualTo("the process that ran it ended, 2 times");
            assertThat(dead(id).attempts()).isEqualTo(2);
            assertThat(dead(id).errors().getLast().message())
                    .isEqualTo("the process that ran it ended");
        }
        assertThat(admin.list(JobState.DEAD, "", 100, "").jobs()).hasSize(2);
        assertNeighboursDone();
        // Two without a mark make a partition's owner careful, then each costs an attempt. An
        // attempt may also go with the other's process.
        assertThat(starts).as("processes").isBetween(4, 2 + 2 * (2 + 2));
    }

    @Test
    void jobsThatFailTheirProcessLeaveItAlive() throws InterruptedException {
        Map<String, JobId> poisons = submit(List.of("stack", "memory"), 3);
        JobId loop = producer.submit(Job.of("loop", "").attempts(1));
        superviseUntilDone("");
        assertThat(dead(poisons.get("stack")).why()).contains("StackOverflowError");
        assertThat(dead(poisons.get("memory")).why()).contains("Java heap space");
        // Or it was to go on elsewhere when the second process came, and did not stop.
        assertThat(dead(loop).why())
                .containsAnyOf("it ran for longer than 300 ms", "it did not stop within 1000 ms");
        for (JobId id : poisons.values()) {
            assertThat(dead(id).errors()).hasSize(3);
        }
        assertThat(admin.list(JobState.DEAD, "", 100, "").jobs()).hasSize(3);
        assertNeighboursDone();
        assertThat(starts).as("no process ended").isEqualTo(2);
        assertThat(workers.values()).allMatch(Process::isAlive);
    }

    @Test
    void jobsThatKeepAllProcessorsForThemselvesAreGivenUpAndTheirNeighboursAreDone()
            throws InterruptedException {
        processors = 2;
        List<Job> loops = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            loops.add(Job.of("loop", "").attempts(1));
        }
        List<JobId> ids = producer.submitAll(loops);
        superviseUntilDone("loop");
        Map<String, JobId> none = submit(List.of(), 1);
        superviseUntilDone("");
        assertThat(none).isEmpty();
        ids.forEach(this::dead);
        assertNeighboursDone();
        assertThat(admin.list(JobState.DEAD, "", 100, "").jobs()).hasSize(4);
        assertThat(starts).as("processes").isGreaterThan(2);
    }

    @Test
    void aJobThatEndsItsProcessIsGivenUpThoughItsMemberLeavesInGoodOrder()
            throws InterruptedException {
        leaves = true;
        Map<String, JobId> poisons = submit(List.of("exit"), 2);
        superviseUntilDone("");
        assertThat(dead(poisons.get("exit")).attempts()).isEqualTo(2);
        assertThat(admin.list(JobState.DEAD, "", 100, "").jobs()).hasSize(1);
        assertNeighboursDone();
        assertThat(starts).as("processes").isLessThanOrEqualTo(2 + 2 + 2);
    }
}
