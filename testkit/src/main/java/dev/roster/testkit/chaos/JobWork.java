package dev.roster.testkit.chaos;

import dev.roster.Bytes;
import dev.roster.StoreUnavailableException;
import dev.roster.group.Member;
import dev.roster.jobs.ActiveJob;
import dev.roster.jobs.Consumer;
import dev.roster.jobs.ConsumerOptions;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.Retry;
import dev.roster.jobs.TaskOptions;
import dev.roster.protocol.Partitions;
import dev.roster.store.Queue;
import dev.roster.store.QueueResult;
import dev.roster.store.Store;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.witness.HistoryFile;
import dev.roster.testkit.witness.JobTrail;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** How a member does the jobs of the run's queue, and what it writes down of them. */
final class JobWork {
    private static final int AT_ONCE = 30;
    private static final long LOOK_MILLIS = 10;

    /** One in so many saves is waited for. */
    private static final int FLUSHES = 3;

    /** One in so many attempts of a flaky one succeeds. */
    private static final int SUCCEEDS = 2;

    private final Member member;
    private final Store store;
    private final RefereeClient referee;
    private final HistoryFile history;

    private JobWork(Member member, Store store, RefereeClient referee, HistoryFile history) {
        this.member = member;
        this.store = store;
        this.referee = referee;
        this.history = history;
    }

    /** Begins; it ends with its member. */
    static void begin(Member member, RefereeClient referee, HistoryFile history)
            throws InterruptedException {
        JobWork work = new JobWork(member, member.store(), referee, history);
        Retry retry = Retry.exponential(Duration.ofMillis(100), Duration.ofSeconds(1), 100_000);
        TaskOptions free = TaskOptions.defaults().withRetry(retry);
        TaskOptions ordered = free.withOrder(TaskOptions.Order.BLOCK);
        Store store = member.store();
        int unused = Patiently.open(() -> Jobs.create(store, Roles.QUEUE, Roles.QUEUE_PARTITIONS));
        Consumer consumer =
                Patiently.open(() -> Jobs.consumer(member, Roles.QUEUE))
                        .options(ConsumerOptions.defaults().withConcurrency(AT_ONCE))
                        .task(Errand.FREE, free, work::run)
                        .task(Errand.ORDERED, ordered, work::run);
        boolean isStarted = false;
        while (!isStarted) {
            try {
                isStarted = consumer == Patiently.open(consumer::start);
            } catch (IllegalStateException e) {
                // The store did not answer in time; it was started all the same, and goes on
                // trying.
                isStarted = true;
            }
        }
    }

    private void run(ActiveJob job) throws Exception {
        Errand errand = Errand.of(job);
        String incarnation = started(job, errand);
        boolean isWell = false;
        try {
            act(job, errand, incarnation);
            isWell = true;
        } finally {
            history.write(
                    new Observation.JobStopped(
                            System.nanoTime(),
                            incarnation,
                            job.id().toString(),
                            job.token(),
                            isWell));
        }
    }

    /**
     * Writes down that it begins, if its guard says yes after the time that is written down: a
     * process that stood still on its way here does not act. Returns the owner.
     */
    private String started(ActiveJob job, Errand errand) throws InterruptedException {
        while (true) {
            String incarnation = member.incarnation();
            long at = System.nanoTime();
            if (job.isValid() && incarnation.equals(member.incarnation())) {
                history.write(
                        new Observation.JobStarted(
                                at,
                                incarnation,
                                Roles.QUEUE_DIVISION,
                                partition(job),
                                job.token(),
                                job.id().toString(),
                                errand.submit(),
                                errand.key(),
                                errand.number(),
                                errand.isGood(),
                                saved(job)));
                return incarnation;
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private static String partition(ActiveJob job) {
        return Partitions.key(job.id().partition(), Roles.QUEUE_PARTITIONS);
    }

    private static long saved(ActiveJob job) {
        return job.lastCheckpoint().map(state -> Long.parseLong(state.toUtf8())).orElse(0L);
    }

    private void act(ActiveJob job, Errand errand, String incarnation) throws Exception {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long saved = saved(job);
        for (int step = 0; step <= errand.saves(); step++) {
            boolean mayAct = job.isValid();
            Thread.sleep(errand.millis() / (errand.saves() + 1));
            if (mayAct) {
                boolean unused =
                        referee.effect(
                                Roles.QUEUE_DIVISION, partition(job), job.token(), incarnation);
            }
            if (step < errand.saves()) {
                saved++;
                job.checkpoint(Bytes.utf8(Long.toString(saved)));
                if (random.nextInt(FLUSHES) == 0) {
                    job.flush();
                }
            }
        }
        switch (errand.kind()) {
            case GOOD -> {}
            case FLAKY -> {
                if (random.nextInt(SUCCEEDS) > 0) {
                    throw new IllegalStateException("it did not work out");
                }
            }
            case BAD -> throw new IllegalStateException("it never works out");
            case TRANSACTION -> complete(job);
        }
    }

    /** Its effect and its end are one transaction. */
    private void complete(ActiveJob job) throws Exception {
        try (Queue queue = store.queue(Roles.QUEUE)) {
            job.completeWith(finish -> {
                String name = UUID.randomUUID().toString();
                QueueResult result = queue.apply(JobTrail.withEffect(finish, job.id(), name));
                if (!(result instanceof QueueResult.Applied)) {
                    throw new StoreUnavailableException("Not committed: " + result);
                }
            });
        }
    }
}
