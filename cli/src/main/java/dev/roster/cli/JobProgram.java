package dev.roster.cli;

import dev.roster.Bytes;
import dev.roster.jobs.ActiveJob;
import dev.roster.jobs.JobFailedException;
import dev.roster.jobs.JobHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Does a job by running a program. */
final class JobProgram implements JobHandler {
    /** {@code EX_DATAERR} of sysexits.h: the input is wrong, and will be the next time. */
    private static final int NO_USE = 65;

    private static final int KILLED = 128 + 9;
    private static final Duration REGAIN_LOOK = Duration.ofMillis(50);

    /** An environment variable of a system may have so many bytes at least, with its name. */
    private static final int CHECKPOINT_BYTES = 100 * 1024;

    private final Joined joined;
    private final JobFolder folder;
    private final String queue;
    private final List<String> command;

    JobProgram(Joined joined, JobFolder folder, String queue, List<String> command) {
        this.joined = joined;
        this.folder = folder;
        this.queue = queue;
        this.command = List.copyOf(command);
    }

    @Override
    public void run(ActiveJob job) throws Exception {
        Tail errors = new Tail();
        int exit;
        try {
            exit = untilItEnds(job, errors);
        } catch (InterruptedException e) {
            // Why it had to stop is known; what it said last may explain why it took so long.
            throw new ProgramException("told to stop", errors);
        }
        if (exit == NO_USE) {
            String message = errors.message(exit);
            JobFailedException failed =
                    new JobFailedException(message, new ProgramException(message, errors));
            failed.setStackTrace(new StackTraceElement[0]);
            throw failed;
        }
        if (exit != 0) {
            throw new ProgramException(errors.message(exit), errors);
        }
    }

    private int untilItEnds(ActiveJob job, Tail errors) throws IOException, InterruptedException {
        int exit = once(job, errors);
        while (exit == KILLED && !job.isValid()) {
            // The watchdog did it, because this process was frozen: no fault of the program. Either
            // the lease comes back, or the job is lost and this thread interrupted.
            Thread.sleep(REGAIN_LOOK);
            if (job.isValid()) {
                exit = once(job, errors);
            }
        }
        return exit;
    }

    private int once(ActiveJob job, Tail errors) throws IOException, InterruptedException {
        String id = job.id().toString();
        try (JobPipe pipe = JobPipe.open(folder.pipe(), new JobReport(job, joined.report))) {
            Map<String, String> environment = joined.environment();
            environment.put("ROSTER_QUEUE", queue);
            environment.put("ROSTER_JOB_ID", id);
            environment.put("ROSTER_JOB_TASK", job.task());
            environment.put("ROSTER_JOB_HEADERS", JobTexts.headers(job.headers()).toString());
            environment.put("ROSTER_JOB_CHECKPOINT", checkpoint(job));
            environment.put("ROSTER_JOB_OUT", pipe.path().toString());
            environment.put("ROSTER_KEY", job.key());
            environment.put("ROSTER_TOKEN", Long.toString(job.token()));
            environment.put("ROSTER_ATTEMPT", Integer.toString(job.attempt()));
            LineSink lines =
                    (isError, line) -> {
                        if (isError) {
                            errors.add(line);
                        }
                        joined.report.output("job", id, isError, line);
                    };
            Child child =
                    joined.start(
                            command,
                            environment,
                            job.payload(),
                            lines,
                            () -> joined.report.tell(event("start", job)));
            return await(child, job);
        }
    }

    private int await(Child child, ActiveJob job) throws InterruptedException {
        boolean stopped = false;
        int exit = -1;
        try {
            exit = child.await();
        } catch (InterruptedException e) {
            // Told to stop just after the program had ended: what it did, it did.
            stopped = !child.stop(joined.grace(), job::isValid);
            exit = child.exitCode();
            if (stopped || exit != 0) {
                throw e;
            }
        } finally {
            joined.report.tell(event("end", job).put("exit", exit).put("stopped", stopped));
        }
        return exit;
    }

    private static String checkpoint(ActiveJob job) {
        Bytes saved = job.lastCheckpoint().orElse(Bytes.EMPTY);
        String text = ValueTexts.decoded(saved);
        if (text == null || text.indexOf('\0') >= 0 || saved.size() > CHECKPOINT_BYTES) {
            throw new IllegalStateException(
                    "The last checkpoint, of %d bytes, is no text for an environment variable."
                            .formatted(saved.size()));
        }
        return text;
    }

    private Json event(String name, ActiveJob job) {
        return joined.report
                .event(name)
                .put("job", job.id().toString())
                .put("task", job.task())
                .put("key", job.key())
                .put("token", job.token())
                .put("attempt", job.attempt())
                .put("validUntil", System.nanoTime() + joined.member.leaseLeft().toNanos());
    }

    /** The program failed. */
    @SuppressWarnings("OverrideThrowableToString") // stored as it is, and read by people
    private static final class ProgramException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String said;

        ProgramException(String message, Tail errors) {
            super(message, null, false, false);
            said = errors.text();
        }

        @Override
        public String toString() {
            return said;
        }
    }
}
