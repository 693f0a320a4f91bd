package dev.roster.testkit.check;

import java.util.HashSet;
import java.util.Set;

/** A request takes effect once, however often it arrives. */
final class R3 extends Checker {
    private final Set<String> done = new HashSet<>();

    R3() {
        super(Tier.A, "A request takes effect once, however often it arrives.");
    }

    @Override
    void see(Observation seen, World world) {
        if (seen instanceof Observation.RequestDone request) {
            require(done.add(request.request()), seen, "%s was done twice", request.request());
        }
    }
}
