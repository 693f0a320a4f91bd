package dev.roster.protocol.jobs;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What is to be looked at when its time comes. */
final class Alarms {
    enum Kind {
        /** The attempt ran for as long as it may. */
        TIMEOUT,
        /** The handler had its time to stop. */
        STUCK,
        /** Others may be begun with care beside it. */
        ALONE,
        /** The first of its lane may be tried again. */
        LANE
    }

    /** With fewer alarms, those of jobs that have ended do no harm. */
    static final int SWEEP_LEAST = 10_000;

    record Alarm(long at, long number, Kind kind, JobRun run) {}

    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(
                    Comparator.comparingLong(Alarm::at).thenComparingLong(Alarm::number));
    private long count;
    private int sweepAt = SWEEP_LEAST;

    void set(long at, Kind kind, JobRun run) {
        alarms.add(new Alarm(at, count, kind, run));
        count++;
        if (alarms.size() > sweepAt) {
            // Most jobs end long before their time is over, and are not to be kept until then.
            alarms.removeIf(alarm -> alarm.run.hasEnded());
            sweepAt = Math.max(SWEEP_LEAST, 2 * alarms.size());
        }
    }

    int size() {
        return alarms.size();
    }

    long next() {
        Alarm first = alarms.peek();
        return first == null ? Long.MAX_VALUE : first.at;
    }

    @Nullable Alarm due(long now) {
        return next() <= now ? alarms.poll() : null;
    }
}
