package dev.roster.testkit.chaos;

import dev.roster.IndeterminateException;
import dev.roster.RosterException;
import dev.roster.jobs.Job;
import dev.roster.jobs.JobId;
import dev.roster.jobs.Jobs;
import dev.roster.jobs.JobsAdmin;
import dev.roster.jobs.Producer;
import dev.roster.store.Store;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.witness.HistoryFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * What a process submits to the run's queue, and cancels: jobs in order and in none, some unique,
 * some with ids of its own, some for later. One of whose submit it does not know whether it was
 * applied it submits again only under an id of its own.
 */
final class JobTraffic implements AutoCloseable {
    private static final int KEYS = 2;
    private static final int TRIES = 3;
    private static final int MOST_TOGETHER = 3;
    private static final int REMEMBERED = 20;
    private static final Duration UNIQUE_FOR = Duration.ofHours(12);

    /** So long all processes take for the same unique key. */
    private static final long UNIQUE_NANOS = 3_000_000_000L;

    private final String process;
    private final HistoryFile history;
    private final BooleanSupplier isCalm;
    private final long paceMillis;
    private final SplittableRandom random = new SplittableRandom();
    private final Producer producer;
    private final JobsAdmin admin;
    private final long[] numbers = new long[KEYS];
    private final List<JobId> submitted = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closing;
    private long count;

    /**
     * Begins.
     *
     * @param process what the history calls the process, the same for no other
     * @param isCalm whether nothing new is to be begun
     * @param paceMillis how long between two submits, on average
     */
    JobTraffic(
            String process,
            Store store,
            HistoryFile history,
            BooleanSupplier isCalm,
            long paceMillis)
            throws InterruptedException {
        this.process = process;
        this.history = history;
        this.isCalm = isCalm;
        this.paceMillis = paceMillis;
        int unused = Patiently.open(() -> Jobs.create(store, Roles.QUEUE, Roles.QUEUE_PARTITIONS));
        this.producer = Patiently.open(() -> Jobs.producer(store, Roles.QUEUE));
        this.admin = Patiently.open(() -> Jobs.admin(store, Roles.QUEUE));
        this.thread = Thread.ofPlatform().daemon().name("submits").start(this::run);
    }

    private void run() {
        try {
            while (!isCalm.getAsBoolean()) {
                Thread.sleep(random.nextLong(paceMillis / 2, paceMillis * 3 / 2));
                once();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!closing) {
                e.printStackTrace();
                Runtime.getRuntime().halt(4);
            }
        }
    }

    private void once() {
        int kind = random.nextInt(100);
        if (kind < 8) {
            cancel();
        } else if (kind < 38) {
            ordered();
        } else if (kind < 53) {
            unique();
        } else if (kind < 65) {
            withId();
        } else {
            several();
        }
    }

    // What is submitted.

    /** What is submitted, and what is to be known of it. */
    private record Draft(Errand errand, Job job, String unique) {}

    private String name() {
        count++;
        return process + "#" + count;
    }

    private Errand errand(Errand.Kind kind, String key, long number) {
        // The others of a key wait for one that is long.
        boolean isLong = random.nextInt(key.isEmpty() ? 10 : 30) == 0;
        long millis = isLong ? random.nextLong(2000, 5000) : 1 + skewed(500);
        int saves = isLong ? random.nextInt(4, 16) : random.nextInt(3) == 0 ? 2 : 0;
        return new Errand(name(), kind, key, number, millis, saves);
    }

    /** Mostly short. */
    private long skewed(long most) {
        double part = random.nextDouble();
        return (long) (most * part * part * part);
    }

    private Errand.Kind kind() {
        int kind = random.nextInt(100);
        return kind < 8
                ? Errand.Kind.BAD
                : kind < 20
                        ? Errand.Kind.FLAKY
                        : kind < 40 ? Errand.Kind.TRANSACTION : Errand.Kind.GOOD;
    }

    private void several() {
        List<Draft> drafts = new ArrayList<>();
        for (int n = random.nextInt(MOST_TOGETHER); n >= 0; n--) {
            Errand errand = errand(kind(), "", 0);
            Job job = errand.job();
            if (random.nextInt(5) == 0) {
                job = job.delay(Duration.ofMillis(skewed(5000)));
            }
            if (random.nextInt(5) == 0) {
                job = job.priority(random.nextInt(10));
            }
            drafts.add(new Draft(errand, job, ""));
        }
        submit(drafts);
    }

    /** The next of a key that nobody else submits for. */
    private void ordered() {
        int which = random.nextInt(KEYS);
        numbers[which]++;
        String key = process + ".key" + which;
        Errand.Kind kind = random.nextInt(15) == 0 ? Errand.Kind.FLAKY : Errand.Kind.GOOD;
        Errand errand = errand(kind, key, numbers[which]);
        submit(List.of(new Draft(errand, errand.job(), "")));
    }

    /** One that others submit, too, at about the same time. */
    private void unique() {
        String unique = "unique" + System.nanoTime() / UNIQUE_NANOS;
        Errand errand = errand(Errand.Kind.GOOD, "", 0);
        Job job = errand.job().unique(unique, UNIQUE_FOR);
        submit(List.of(new Draft(errand, job, unique)));
    }

    /** Submitted again if it is not known whether it was, and now and then without a reason. */
    private void withId() {
        Errand errand = errand(Errand.Kind.GOOD, "", 0);
        String id = errand.submit().replace('#', ':');
        Draft draft = new Draft(errand, errand.job().id(id), id);
        for (int again = 0; again < TRIES; again++) {
            boolean isKnown = submit(List.of(draft));
            if (isKnown && random.nextInt(3) > 0) {
                return;
            }
        }
    }

    /** Whether it is known how it ended. */
    private boolean submit(List<Draft> drafts) {
        long since = System.nanoTime();
        try {
            List<JobId> ids = producer.submitAll(drafts.stream().map(Draft::job).toList());
            long now = System.nanoTime();
            for (int n = 0; n < ids.size(); n++) {
                Draft draft = drafts.get(n);
                Errand errand = draft.errand();
                String job = ids.get(n).toString();
                history.write(
                        new Observation.JobSubmitted(
                                now,
                                since,
                                errand.submit(),
                                job,
                                draft.unique(),
                                errand.key(),
                                errand.number()));
                submitted.add(ids.get(n));
            }
            while (submitted.size() > REMEMBERED) {
                submitted.removeFirst();
            }
            return true;
        } catch (IndeterminateException e) {
            return false;
        } catch (RosterException e) {
            // Nothing was submitted.
            return true;
        }
    }

    private void cancel() {
        if (submitted.isEmpty()) {
            return;
        }
        JobId id = submitted.remove(random.nextInt(submitted.size()));
        try {
            boolean unused = admin.cancel(id);
        } catch (RosterException e) {
            // It may be cancelled, or not.
        }
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            producer.close();
            admin.close();
        } catch (RosterException e) {
            // The store is away; so is what was to be closed.
        }
    }
}
