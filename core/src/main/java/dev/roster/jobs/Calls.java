package dev.roster.jobs;

import dev.roster.protocol.jobs.Outcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls the handlers of a consumer. */
final class Calls {
    private final Map<String, JobHandler> handlers;
    private final @Nullable JobContext context;

    Calls(Map<String, JobHandler> handlers, @Nullable JobContext context) {
        this.handlers = handlers;
        this.context = context;
    }

    /** Returns when the handler has ended, and says how. */
    Outcome call(ActiveJob job) {
        try {
            awaitValid(job);
            JobHandler handler = handlers.get(job.task());
            if (handler == null) {
                throw new IllegalStateException("No handler for \"%s\"".formatted(job.task()));
            }
            JobContext known = context;
            if (known == null) {
                handler.run(job);
            } else {
                known.run(job, () -> handler.run(job));
            }
            return job.isCommitted() ? new Outcome.Committed() : new Outcome.Done(job.followUps());
        } catch (Throwable e) { // whatever a job does, it is that job's end, not the consumer's
            return job.isCommitted()
                    ? new Outcome.Committed()
                    : Failures.of(e, e instanceof JobFailedException);
        }
    }

    /** After a pause it first has to be known that the partition is still this member's. */
    private static void awaitValid(ActiveJob job) throws InterruptedException {
        while (!job.tenure().isValid()) {
            if (job.isStopped() && job.isLost()) {
                throw new InterruptedException("the partition is lost");
            }
            Thread.sleep(10);
        }
    }
}
