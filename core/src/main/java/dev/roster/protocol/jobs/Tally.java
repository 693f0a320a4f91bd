package dev.roster.protocol.jobs;

import dev.roster.protocol.jobs.JobsEffect.What;
import java.util.EnumMap;
import java.util.Map;

/** Counts what happened. */
final class Tally {
    private static final class Count {
        long value;
    }

    private final Map<What, Count> told = new EnumMap<>(What.class);
    long fenced;

    void count(What what) {
        told.computeIfAbsent(what, unused -> new Count()).value++;
    }

    private long of(What what) {
        Count count = told.get(what);
        return count == null ? 0 : count.value;
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
