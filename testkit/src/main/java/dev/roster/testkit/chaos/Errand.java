package dev.roster.testkit.chaos;

import dev.roster.Bytes;
import dev.roster.jobs.ActiveJob;
import dev.roster.jobs.Job;
import dev.roster.testkit.witness.JobTrail;
import java.util.SortedMap;

/**
 * A job of a run: what it is to do, as its headers say.
 *
 * @param submit which submit made it, however often that was sent
 * @param kind what it does
 * @param key by which it is done in order, "" for none
 * @param number the place in that order, from 1
 * @param millis how long it takes
 * @param saves how often it saves on its way
 */
record Errand(String submit, Kind kind, String key, long number, long millis, int saves) {
    /** The task of those that are done in order. */
    static final String ORDERED = "ordered";

    /** The task of all others. */
    static final String FREE = "free";

    /** So often that no fault makes one of them a dead letter. */
    private static final int ALWAYS_AGAIN = 100_000;

    private static final int BAD_ATTEMPTS = 3;

    private static final String KIND = "kind";
    private static final String NUMBER = "number";
    private static final String MILLIS = "millis";
    private static final String SAVES = "saves";

    /** How it ends. */
    enum Kind {
        /** Well. */
        GOOD,
        /** Well, when it was tried a few times. */
        FLAKY,
        /** Well, in one transaction with its effect. */
        TRANSACTION,
        /** Badly, each time. */
        BAD
    }

    boolean isGood() {
        return kind != Kind.BAD;
    }

    /** To be submitted. */
    Job job() {
        Job job =
                Job.of(key.isEmpty() ? FREE : ORDERED, Bytes.EMPTY)
                        .header(JobTrail.SUBMIT, submit)
                        .header(KIND, kind.name())
                        .header(NUMBER, Long.toString(number))
                        .header(MILLIS, Long.toString(millis))
                        .header(SAVES, Integer.toString(saves))
                        .attempts(kind == Kind.BAD ? BAD_ATTEMPTS : ALWAYS_AGAIN);
        return key.isEmpty() ? job : job.key(key);
    }

    static Errand of(ActiveJob job) {
        SortedMap<String, String> headers = job.headers();
        return new Errand(
                headers.getOrDefault(JobTrail.SUBMIT, ""),
                Kind.valueOf(headers.getOrDefault(KIND, "")),
                job.key(),
                Long.parseLong(headers.getOrDefault(NUMBER, "")),
                Long.parseLong(headers.getOrDefault(MILLIS, "")),
                Integer.parseInt(headers.getOrDefault(SAVES, "")));
    }
}
