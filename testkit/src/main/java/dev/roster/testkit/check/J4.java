package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** An effect that is one transaction with its job's end happens once. */
final class J4 extends Checker {
    private final Set<String> effects = new HashSet<>();
    private final Map<String, String> ended = new HashMap<>();

    J4() {
        super(Tier.A, "An effect that is one transaction with its job's end happens once.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.StoreReplaced replaced -> forget();
            case Observation.JobsForgotten forgotten -> forget();
            case Observation.JobEffect effect ->
                    require(
                            effects.add(effect.job()),
                            seen,
                            "%s had its effect twice",
                            effect.job());
            case Observation.JobEnded end -> ended.put(end.job(), end.state());
            case Observation.JobsRested rested -> {
                for (String job : effects) {
                    String state = ended.get(job);
                    require(
                            "done".equals(state),
                            seen,
                            "%s had its effect, and is %s",
                            job,
                            state == null ? "not done" : state);
                }
            }
            default -> {}
        }
    }

    private void forget() {
        effects.clear();
        ended.clear();
    }
}
