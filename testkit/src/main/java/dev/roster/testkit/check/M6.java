package dev.roster.testkit.check;

import dev.roster.testkit.check.Observation.Quiet;
import java.util.HashSet;
import java.util.Set;

/** Nothing changes while nothing joins, leaves or fails. */
final class M6 extends Checker {
    private record Gift(String division, String key, String member) {}

    private final Set<Gift> gifts = new HashSet<>();

    M6() {
        super(Tier.LIVENESS, "Nothing changes while nothing joins, leaves or fails.");
    }

    @Override
    void see(Observation seen, World world) {
        Quiet quiet = world.quiet;
        if (quiet == null) {
            gifts.clear();
            return;
        }
        if (seen.at() <= quiet.by() && !(seen instanceof Observation.Given)) {
            return;
        }
        switch (seen) {
            case Observation.ViewAgreed view -> throw violated(seen, "the view changed");
            case Observation.MemberRemoved removed ->
                    throw violated(seen, "%s was removed", removed.member());
            case Observation.Lost lost -> throw violated(seen, "%s was lost", lost.member());
            case Observation.Given given ->
                    gifts.add(new Gift(given.division(), given.key(), given.member()));
            case Observation.Claimed claimed ->
                    require(
                            gifts.remove(
                                    new Gift(claimed.division(), claimed.key(), claimed.member())),
                            seen,
                            "%s moved to %s",
                            claimed.key(),
                            claimed.member());
            default -> require(true, seen, "nothing changed");
        }
    }
}
