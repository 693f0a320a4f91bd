package dev.roster.jobs;

/**
 * Something that happened to a job in this consumer.
 *
 * @param kind what
 * @param id the job
 * @param task its task
 * @param key its key, "" for none
 * @param attempt which attempt, from 1
 */
public record JobEvent(Kind kind, JobId id, String task, String key, int attempt) {
    /** What happened. */
    public enum Kind {
        /** An attempt began. */
        STARTED,
        /** It is done, and that is durable. */
        SUCCEEDED,
        /** The attempt failed; there will be another. */
        RETRIED,
        /** It was given up, and is kept as a dead letter. */
        DEAD,
        /** It was too late to begin. */
        EXPIRED,
        /** It was cancelled while this consumer knew it. */
        CANCELLED,
        /** It was stopped for the next owner to go on; no attempt was spent. */
        GIVEN_BACK,
        /** Its partition was lost; the next owner does it again. */
        LOST,
        /** Its handler did not stop. */
        STUCK
    }
}
