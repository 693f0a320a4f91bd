package dev.roster.testkit.simulation;

import dev.roster.testkit.check.Observation;
import dev.roster.testkit.check.Work;
import java.util.HashSet;
import java.util.Set;

/** Counts what shows in the observations. */
final class Witness {
    private final Tally tally;
    private final Set<Work> owned = new HashSet<>();

    Witness(Tally tally) {
        this.tally = tally;
    }

    void see(Observation seen) {
        switch (seen) {
            case Observation.ViewAgreed view -> tally.count(Sometimes.VIEW_CHANGED);
            case Observation.EraAgreed era ->
                    tally.count(era.settled() ? Sometimes.ERA_SETTLED : Sometimes.ERA_BEGAN);
            case Observation.StoreReplaced replaced -> owned.clear();
            case Observation.Claimed claimed -> {
                if (!owned.add(new Work(claimed.division(), claimed.key()))) {
                    tally.count(Sometimes.WORK_TAKEN_OVER);
                }
            }
            case Observation.Unclaimed unclaimed ->
                    owned.remove(new Work(unclaimed.division(), unclaimed.key()));
            default -> {}
        }
    }
}
