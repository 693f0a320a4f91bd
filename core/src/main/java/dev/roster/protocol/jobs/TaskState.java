package dev.roster.protocol.jobs;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/** One task in a consumer: what runs of it, and what waits because enough does. */
final class TaskState {
    final String name;
    final TaskSettings settings;
    final ArrayDeque<JobRun> held = new ArrayDeque<>();

    /** Where jobs of it were passed over, because enough are held. */
    private final Map<Part, Spot> passedOver = new LinkedHashMap<>();

    int running;
    int waiting;
    boolean isPaused;

    TaskState(String name, TaskSettings settings) {
        this.name = name;
        this.settings = settings;
    }

    boolean hasRoom() {
        return settings.atMost() == 0 || running < settings.atMost();
    }

    /** Whether a job waits for others of its key. */
    boolean isOrdered(JobRecord job) {
        return settings.order() != TaskSettings.Order.NONE && !job.key().isEmpty();
    }

    void passOver(Part part, Spot spot) {
        passedOver.merge(part, spot, (a, b) -> a.compareTo(b) <= 0 ? a : b);
    }

    void readPassedOver() {
        if (!passedOver.isEmpty()) {
            passedOver.forEach(Part::readAgainFrom);
            passedOver.clear();
        }
    }
}
