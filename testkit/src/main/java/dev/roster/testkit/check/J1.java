package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** A job whose submit returned is kept until it ends, and ends in one state. */
final class J1 extends Checker {
    private final Set<String> accepted = new LinkedHashSet<>();
    private final Map<String, String> ended = new HashMap<>();

    /** They ended in an earlier life of the store, and their marks may have outlasted them. */
    private final Set<String> endedBefore = new LinkedHashSet<>();

    private long replacedAt = Long.MIN_VALUE;

    J1() {
        super(Tier.A, "A job whose submit returned is kept until it ends, and ends in one state.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            // What is there now is what the store went back to.
            case Observation.StoreReplaced replaced -> forget(seen);
            case Observation.JobsForgotten forgotten -> forget(seen);
            case Observation.JobSubmitted submitted -> {
                if (submitted.since() > replacedAt && !endedBefore.contains(submitted.job())) {
                    accepted.add(submitted.job());
                }
            }
            case Observation.JobEnded end -> {
                String before = ended.putIfAbsent(end.job(), end.state());
                require(
                        before == null || before.equals(end.state()),
                        seen,
                        "%s is %s, and was %s",
                        end.job(),
                        end.state(),
                        before);
            }
            case Observation.JobsRested rested -> {
                Set<String> waiting = Set.copyOf(rested.waiting());
                for (String job : accepted) {
                    require(
                            ended.containsKey(job) || waiting.contains(job),
                            seen,
                            "%s was submitted, has not ended and is not there",
                            job);
                }
            }
            default -> {}
        }
    }

    private void forget(Observation seen) {
        replacedAt = seen.at();
        accepted.clear();
        endedBefore.addAll(ended.keySet());
        ended.clear();
    }
}
