package dev.roster.testkit.check;

import dev.roster.testkit.check.Observation.Quiet;

/** Nothing changes while nothing joins, leaves or fails. */
final class M6 extends Checker {
    M6() {
        super(Tier.LIVENESS, "Nothing changes while nothing joins, leaves or fails.");
    }

    @Override
    void see(Observation seen, World world) {
        Quiet quiet = world.quiet;
        if (quiet == null || seen.at() <= quiet.by()) {
            return;
        }
        switch (seen) {
            case Observation.ViewAgreed view -> throw violated(seen, "the view changed");
            case Observation.MemberRemoved removed ->
                    throw violated(seen, "%s was removed", removed.member());
            case Observation.Lost lost -> throw violated(seen, "%s was lost", lost.member());
            case Observation.Claimed claimed ->
                    throw violated(seen, "%s moved to %s", claimed.key(), claimed.member());
            default -> require(true, seen, "nothing changed");
        }
    }
}
