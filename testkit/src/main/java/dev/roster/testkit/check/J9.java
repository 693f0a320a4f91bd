package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A submit that is repeated, since its answer was lost, makes one job. */
final class J9 extends Checker {
    private final Map<String, String> jobs = new HashMap<>();
    private final Set<String> stored = new HashSet<>();

    J9() {
        super(Tier.A, "A submit that is repeated, since its answer was lost, makes one job.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.StoreReplaced replaced -> stored.clear();
            case Observation.JobsForgotten forgotten -> stored.clear();
            case Observation.JobStored put -> {
                require(stored.add(put.job()), seen, "%s is put there twice", put.job());
                made(put.submit(), put.job(), seen);
            }
            case Observation.JobStarted start -> made(start.submit(), start.job(), seen);
            default -> {}
        }
    }

    private void made(String submit, String job, Observation seen) {
        String before = jobs.putIfAbsent(submit, job);
        require(
                before == null || before.equals(job),
                seen,
                "the submit %s made %s, and %s",
                submit,
                before,
                job);
    }
}
