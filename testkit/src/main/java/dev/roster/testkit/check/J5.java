package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.Map;

/** An attempt goes on at the last checkpoint that was recorded, and these never go back. */
final class J5 extends Checker {
    private final Map<String, Long> recorded = new HashMap<>();
    private boolean wasReplaced;

    J5() {
        super(
                Tier.A,
                "An attempt goes on at the last checkpoint that was recorded, and these never go back.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.StoreReplaced replaced -> forget();
            case Observation.JobsForgotten forgotten -> forget();
            case Observation.JobSaved saved -> {
                long before = recorded.getOrDefault(saved.job(), 0L);
                require(
                        saved.checkpoint() >= before,
                        seen,
                        "checkpoint %d of %s is recorded after %d",
                        saved.checkpoint(),
                        saved.job(),
                        before);
                recorded.put(saved.job(), saved.checkpoint());
            }
            case Observation.JobStarted start -> {
                Long last = recorded.get(start.job());
                // What a former owner begins with counts for nothing.
                if (world.isOwner(start) && (last != null || !wasReplaced)) {
                    require(
                            start.checkpoint() == (last == null ? 0 : last),
                            seen,
                            "%s begins at checkpoint %d; the last one recorded is %s",
                            start.job(),
                            start.checkpoint(),
                            last);
                }
            }
            default -> {}
        }
    }

    private void forget() {
        wasReplaced = true;
        recorded.clear();
    }
}
