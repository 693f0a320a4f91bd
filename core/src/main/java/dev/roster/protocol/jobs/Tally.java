package dev.roster.protocol.jobs;

import dev.roster.protocol.jobs.JobsEffect.What;
import java.util.EnumMap;
import java.util.Map;

/** Counts what happened. */
final class Tally {
    private final Map<What, Long> told = new EnumMap<>(What.class);
    long fenced;

    void count(What what) {
        told.merge(what, 1L, Long::sum);
    }

    private long of(What what) {
        return told.getOrDefault(what, 0L);
    }

    JobCounts counts(int partitions, int waiting, int running) {
        return new JobCounts(
                of(What.STARTED),
                of(What.SUCCEEDED),
                of(What.RETRIED),
                of(What.DEAD),
                of(What.EXPIRED),
                of(What.CANCELLED),
                of(What.GIVEN_BACK),
                of(What.LOST),
                of(What.STUCK),
                fenced,
                partitions,
                waiting,
                running);
    }
}
