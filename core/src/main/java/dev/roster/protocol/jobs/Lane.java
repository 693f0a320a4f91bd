package dev.roster.protocol.jobs;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The jobs of one key that wait for each other. */
final class Lane {
    /** How many are kept in mind, so that one key does not use up what is read ahead. */
    static final int MOST = 32;

    final String key;
    final TreeMap<Spot, JobRun> waiting = new TreeMap<>();

    /** About to run, running, or to be put back before a next one may run. */
    int active;

    /** The first that was passed over; nothing after it is taken in before it. */
    @Nullable Spot passedOver;

    Lane(String key) {
        this.key = key;
    }

    /** Whether a job at a spot may be taken in now; remembers if not. */
    boolean takesIn(Spot spot, int atMost, long now) {
        Spot first = passedOver;
        if (first != null && spot.compareTo(first) >= 0) {
            return false;
        }
        boolean isBlocked =
                !waiting.isEmpty() && waiting.firstEntry().getValue().job().notBefore() > now;
        if (waiting.size() >= (isBlocked ? 1 : atMost)) {
            passedOver = spot;
            return false;
        }
        return true;
    }

    boolean isIdle() {
        return waiting.isEmpty() && active == 0;
    }
}
