package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A job that ends its process is dead after its attempts, and two more crashes at most; no other
 * is.
 */
final class J8 extends Checker {
    /** Before a crash is known to be one of several, nothing is written before a job begins. */
    private static final int BEYOND = 2;

    private final Map<String, Integer> crashes = new HashMap<>();
    private final Set<String> good = new HashSet<>();

    /** Who was taken for the one that did it, by partition; after that nobody is suspected. */
    private final Map<String, Integer> dead = new HashMap<>();

    J8() {
        super(
                Tier.A,
                "A job that ends its process is dead after its attempts, and two more crashes at most; no other is.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            // What was counted is forgotten.
            case Observation.StoreReplaced replaced -> crashes.clear();
            case Observation.JobsForgotten forgotten -> crashes.clear();
            case Observation.JobStarted start -> {
                if (start.isGood()) {
                    good.add(start.job());
                }
            }
            case Observation.JobCrashed crashed -> {
                // Whoever is not the owner any more may have begun it beside the owner.
                if (world.isOwner(crashed)) {
                    int count = crashes.merge(crashed.job(), 1, Integer::sum);
                    require(
                            count <= crashed.attempts() + beyond(crashed.partition()),
                            seen,
                            "%s ended its process %d times, and is to be tried %d times",
                            crashed.job(),
                            count,
                            crashed.attempts());
                }
            }
            case Observation.JobEnded end -> {
                if (end.state().equals("dead")) {
                    dead.merge(end.partition(), 1, Integer::sum);
                    require(
                            !good.contains(end.job()),
                            seen,
                            "%s is dead, and never failed",
                            end.job());
                }
            }
            default -> {}
        }
    }

    private int beyond(String partition) {
        return BEYOND * (1 + dead.getOrDefault(partition, 0));
    }
}
