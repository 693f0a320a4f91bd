package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.Map;

/** In a graceful handoff a key is without an owner for a moment only. */
final class K8 extends Checker {
    private final Map<Work, Long> released = new HashMap<>();
    private long within;

    K8() {
        super(Tier.LIVENESS, "In a graceful handoff a key is without an owner for a moment only.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.Disturbed disturbed -> {
                within = within < 0 || disturbed.handoff() == 0 ? -1 : disturbed.handoff();
                released.clear();
            }
            case Observation.Quiet quiet -> within = 0;
            case Observation.Unclaimed unclaimed ->
                    released.put(new Work(unclaimed.division(), unclaimed.key()), unclaimed.at());
            case Observation.WorkStarted started -> {
                Long since = released.remove(new Work(started.division(), started.key()));
                require(
                        within <= 0 || since == null || seen.at() - since <= within,
                        seen,
                        "%s had no owner for %.3f s",
                        started.key(),
                        since == null ? 0 : (seen.at() - since) / 1e9);
            }
            default -> {}
        }
    }
}
