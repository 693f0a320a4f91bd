package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.Map;

/**
 * Of jobs with one unique key or id within its time, and for each fire time of a schedule, one is
 * submitted.
 */
final class J7 extends Checker {
    private final Map<String, String> jobs = new HashMap<>();
    private final Map<String, String> fired = new HashMap<>();
    private long replacedAt = Long.MIN_VALUE;

    J7() {
        super(
                Tier.A,
                "Of jobs with one unique key or id within its time, and for each fire time of a schedule, one is submitted.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.StoreReplaced replaced -> forget(seen);
            case Observation.JobsForgotten forgotten -> forget(seen);
            case Observation.JobSubmitted submitted -> {
                if (!submitted.unique().isEmpty() && submitted.since() > replacedAt) {
                    String before = jobs.putIfAbsent(submitted.unique(), submitted.job());
                    require(
                            before == null || before.equals(submitted.job()),
                            seen,
                            "%s is %s, and was %s",
                            submitted.unique(),
                            submitted.job(),
                            before);
                }
            }
            case Observation.JobFired fire -> {
                String time = fire.schedule() + " at " + fire.time();
                String before = fired.putIfAbsent(time, fire.job());
                require(before == null, seen, "%s is %s, and was %s", time, fire.job(), before);
            }
            default -> {}
        }
    }

    private void forget(Observation seen) {
        replacedAt = seen.at();
        jobs.clear();
        fired.clear();
    }
}
