package dev.roster.protocol.jobs;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** What is to be done. */
public sealed interface JobsEffect {
    /** Call the handler of the job's task. */
    record Start(JobRun run) implements JobsEffect {}

    /** Tell the handler that it is to stop, if it asks. */
    record Warn(JobRun run, StopCause cause) implements JobsEffect {}

    /** Interrupt the handler. */
    record Interrupt(JobRun run, StopCause cause) implements JobsEffect {}

    /** What the job saved is durable up to a sequence. */
    record Saved(JobRun run, long sequence) implements JobsEffect {}

    /** Nothing of the partition runs or is written any more: confirm that it may go. */
    record Released(int partition, long token) implements JobsEffect {}

    /** The partition turned out to be another's. */
    record Fenced(int partition, long token) implements JobsEffect {}

    /** Nothing of the partition runs: give it to a consumer that has one of these tasks. */
    record Pass(int partition, long token, Set<String> tasks) implements JobsEffect {
        public Pass {
            tasks = Collections.unmodifiableSortedSet(new TreeSet<>(tasks));
        }
    }

    /** Something happened to a job. */
    record Told(JobRun run, What what) implements JobsEffect {}

    /** An operator should know of something. */
    record Report(Kind kind, String subject, String detail) implements JobsEffect {}

    /** What a report is about. */
    enum Kind {
        /** An entry cannot be read; it was put aside. */
        CORRUPT_RECORD,
        /** A handler did not stop. */
        STUCK_HANDLER,
        /** A job was given up. */
        WORK_GIVEN_UP,
        /** The ownership of a partition ended before what was written under it. */
        FENCED,
        /** A batch was not applied; it is tried again. */
        COMMIT_FAILED,
        /** Jobs wait for a task that this consumer does not have. */
        UNKNOWN_TASK
    }

    /** What happened to a job. */
    enum What {
        /** An attempt began. */
        STARTED,
        /** Its end is durable. */
        SUCCEEDED,
        /** It failed, and will be tried again. */
        RETRIED,
        /** It was given up, and is kept. */
        DEAD,
        /** It was too late to begin. */
        EXPIRED,
        /** It was taken out while it was known here. */
        CANCELLED,
        /** It was stopped for the next owner to go on; no attempt was spent. */
        GIVEN_BACK,
        /** Its partition was lost. */
        LOST,
        /** Its handler did not stop. */
        STUCK
    }
}
