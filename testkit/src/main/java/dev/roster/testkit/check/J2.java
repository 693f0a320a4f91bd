package dev.roster.testkit.check;

import java.util.HashSet;
import java.util.Set;

/** Each job is done at least once, while there is a member that has its task. */
final class J2 extends Checker {
    private final Set<String> started = new HashSet<>();

    J2() {
        super(
                Tier.LIVENESS,
                "Each job is done at least once, while there is a member that has its task.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.JobStarted start -> started.add(start.job());
            case Observation.JobEnded end -> {
                if (end.state().equals("done")) {
                    require(
                            started.contains(end.job()),
                            seen,
                            "%s is done, and never began",
                            end.job());
                }
            }
            case Observation.JobsRested rested ->
                    require(
                            rested.waiting().isEmpty(),
                            seen,
                            "%d jobs wait still: %s",
                            rested.waiting().size(),
                            rested.waiting().stream().limit(10).toList());
            default -> {}
        }
    }
}
