package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.Map;

/** A request goes over three hops at most. */
final class R4 extends Checker {
    private static final int HOPS = 3;

    private final Map<String, Integer> hops = new HashMap<>();

    R4() {
        super(Tier.A, "A request goes over three hops at most.");
    }

    @Override
    void see(Observation seen, World world) {
        if (seen instanceof Observation.RequestSent sent) {
            int count = hops.merge(sent.request(), 1, Integer::sum);
            require(
                    count <= HOPS,
                    seen,
                    "%s was sent to %s, its hop %d",
                    sent.request(),
                    sent.member(),
                    count);
        }
    }
}
