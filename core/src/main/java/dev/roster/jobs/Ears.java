package dev.roster.jobs;

import dev.roster.Problem;
import dev.roster.protocol.jobs.JobRun;
import dev.roster.protocol.jobs.JobsEffect;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Tells listeners what happens, on a thread of their own. */
final class Ears {
    /** What waits for slow listeners at most; what comes beyond it is not told. */
    private static final int WAITING = 100_000;

    private final List<JobListener> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Problem>> problems = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>(WAITING);

    void add(JobListener listener) {
        listeners.add(listener);
    }

    void addProblems(Consumer<Problem> listener) {
        problems.add(listener);
    }

    Thread start(String queue) {
        // Not a virtual one: a problem may be that none of these gets to run.
        return Thread.ofPlatform().daemon().name("roster-jobs-listeners-" + queue).start(this::run);
    }

    private void run() {
        try {
            while (true) {
                waiting.take().run();
            }
        } catch (InterruptedException e) {
            for (Runnable one = waiting.poll(); one != null; one = waiting.poll()) {
                one.run();
            }
        }
    }

    void tell(JobsEffect.Told told) {
        if (!listeners.isEmpty()) {
            JobRun run = told.run();
            JobEvent event =
                    new JobEvent(
                            kind(told.what()),
                            new JobId(run.partition(), run.spot().id()),
                            run.job().task(),
                            run.job().key(),
                            run.attempt());
            boolean unused = waiting.offer(() -> tell(event));
        }
    }

    private void tell(JobEvent event) {
        for (JobListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException | Error e) {
                tell(
                        new Problem(
                                Problem.Kind.LISTENER_FAILED,
                                listener.getClass().getName(),
                                e.toString()));
            }
        }
    }

    void report(JobsEffect.Report report) {
        Problem.Kind kind =
                switch (report.kind()) {
                    case CORRUPT_RECORD -> Problem.Kind.CORRUPT_RECORD;
                    case STUCK_HANDLER -> Problem.Kind.STUCK_HANDLER;
                    case WORK_GIVEN_UP -> Problem.Kind.WORK_GIVEN_UP;
                    case FENCED -> Problem.Kind.FENCED;
                    case COMMIT_FAILED -> Problem.Kind.COMMIT_FAILED;
                    case UNKNOWN_TASK -> Problem.Kind.UNKNOWN_TASK;
                };
        problem(new Problem(kind, report.subject(), report.detail()));
    }

    void problem(String subject, RuntimeException e) {
        problem(new Problem(Problem.Kind.COMMIT_FAILED, subject, e.toString()));
    }

    void problem(Problem problem) {
        if (!problems.isEmpty()) {
            boolean unused = waiting.offer(() -> tell(problem));
        }
    }

    private void tell(Problem problem) {
        for (Consumer<Problem> listener : problems) {
            try {
                listener.accept(problem);
            } catch (RuntimeException | Error e) {
                // A listener of problems is not told of itself.
            }
        }
    }

    static JobEvent.Kind kind(JobsEffect.What what) {
        return switch (what) {
            case STARTED -> JobEvent.Kind.STARTED;
            case SUCCEEDED -> JobEvent.Kind.SUCCEEDED;
            case RETRIED -> JobEvent.Kind.RETRIED;
            case DEAD -> JobEvent.Kind.DEAD;
            case EXPIRED -> JobEvent.Kind.EXPIRED;
            case CANCELLED -> JobEvent.Kind.CANCELLED;
            case GIVEN_BACK -> JobEvent.Kind.GIVEN_BACK;
            case LOST -> JobEvent.Kind.LOST;
            case STUCK -> JobEvent.Kind.STUCK;
        };
    }
}
