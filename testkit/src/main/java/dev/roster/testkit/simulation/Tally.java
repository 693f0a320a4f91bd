package dev.roster.testkit.simulation;

import java.util.EnumMap;
import java.util.Map;

/** Counts what happened in runs. */
public final class Tally {
    private final long[] sometimes = new long[Sometimes.values().length];
    private long faults;

    @SuppressWarnings("EnumOrdinal") // counted millions of times a second
    void count(Sometimes what) {
        sometimes[what.ordinal()]++;
    }

    void fault() {
        faults++;
    }

    /** Adds what another counted. */
    void add(Tally other) {
        for (int i = 0; i < sometimes.length; i++) {
            sometimes[i] += other.sometimes[i];
        }
        faults += other.faults;
    }

    /** How many faults were injected. */
    public long faults() {
        return faults;
    }

    /** How often each thing happened. */
    @SuppressWarnings("EnumOrdinal") // as above
    public Map<Sometimes, Long> sometimes() {
        Map<Sometimes, Long> counts = new EnumMap<>(Sometimes.class);
        for (Sometimes what : Sometimes.values()) {
            counts.put(what, sometimes[what.ordinal()]);
        }
        return counts;
    }
}
