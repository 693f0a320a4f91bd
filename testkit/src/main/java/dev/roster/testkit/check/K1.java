package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.Map;

/** The tokens of a key are unique and strictly increase for ever. */
final class K1 extends Checker {
    private final Map<Work, World.Owner> latest = new HashMap<>();

    K1() {
        super(Tier.A, "The tokens of a key are unique and strictly increase for ever.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.Claimed claimed when !world.telling -> {
                Work work = new Work(claimed.division(), claimed.key());
                World.Owner before = latest.get(work);
                require(
                        before == null || claimed.token() > before.token(),
                        seen,
                        "%s got token %d of %s after %s",
                        claimed.member(),
                        claimed.token(),
                        work,
                        before);
                latest.put(work, new World.Owner(claimed.member(), claimed.token()));
            }
            case Observation.WorkStarted started -> {
                Work work = new Work(started.division(), started.key());
                World.Owner owner = latest.get(work);
                require(
                        owner != null
                                && (started.token() < owner.token()
                                        || (started.token() == owner.token()
                                                && owner.member().equals(started.member()))),
                        seen,
                        "%s works on %s under token %d; the latest claim is %s",
                        started.member(),
                        work,
                        started.token(),
                        owner);
            }
            default -> {}
        }
    }
}
