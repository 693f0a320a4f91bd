package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.Map;

/** Of jobs with one unique key or id within its time, one is submitted. */
final class J7 extends Checker {
    private final Map<String, String> jobs = new HashMap<>();
    private long replacedAt = Long.MIN_VALUE;

    J7() {
        super(Tier.A, "Of jobs with one unique key or id within its time, one is submitted.");
    }

    @Override
    void see(Observation seen, World world) {
        if (seen instanceof Observation.StoreReplaced
                || seen instanceof Observation.JobsForgotten) {
            replacedAt = seen.at();
            jobs.clear();
        } else if (seen instanceof Observation.JobSubmitted submitted
                && !submitted.unique().isEmpty()
                && submitted.since() > replacedAt) {
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
}
