package dev.roster.testkit.check;

import dev.roster.testkit.check.Observation.Quiet;
import java.util.TreeMap;

/** Keys are level among members that are alike. */
final class K7 extends Checker {
    private final Converged converged = new Converged();

    K7() {
        super(Tier.LIVENESS, "Keys are level among members that are alike.");
    }

    @Override
    void see(Observation seen, World world) {
        Quiet quiet = converged.due(seen, world);
        if (quiet == null || !quiet.even() || world.members.isEmpty()) {
            return;
        }
        TreeMap<String, Integer> keys = new TreeMap<>();
        TreeMap<String, Integer> held = new TreeMap<>();
        for (Work work : world.wanted()) {
            keys.merge(work.division(), 1, Integer::sum);
            World.Owner owner = world.owners.get(work);
            if (owner != null) {
                held.merge(work.division() + " of " + owner.member(), 1, Integer::sum);
            }
        }
        int members = world.members.size();
        held.forEach((whose, count) -> {
            String division = whose.substring(0, whose.indexOf(" of "));
            int share = (keys.getOrDefault(division, 0) + members - 1) / members;
            require(
                    count <= share + 1,
                    seen,
                    "%s has %d keys, an even share is %d",
                    whose,
                    count,
                    share);
        });
    }
}
