package dev.roster.protocol.jobs;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** The jobs of a partition whose progress is to be written, in the order in which it came up. */
final class Saves {
    private final LinkedHashSet<JobRun> waiting = new LinkedHashSet<>();

    /** How many of them are urgent. Asked after each save, of which there may be many. */
    private int urgent;

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean hasUrgent() {
        return urgent > 0;
    }

    List<JobRun> all() {
        return new ArrayList<>(waiting);
    }

    void add(JobRun run, boolean isUrgent) {
        waiting.add(run);
        if (isUrgent && !run.isUrgent) {
            run.isUrgent = true;
            urgent++;
        }
    }

    void remove(JobRun run) {
        if (waiting.remove(run) && run.isUrgent) {
            run.isUrgent = false;
            urgent--;
        }
    }
}
