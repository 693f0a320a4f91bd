package dev.roster.testkit.check;

import dev.roster.testkit.check.Observation.Quiet;

/** In a quiet group every key has one owner, at work. */
final class K5 extends Checker {
    private final Converged converged = new Converged();

    K5() {
        super(Tier.LIVENESS, "In a quiet group every key has one owner, at work.");
    }

    @Override
    void see(Observation seen, World world) {
        Quiet quiet = converged.due(seen, world);
        if (quiet == null) {
            return;
        }
        world.owners.forEach((work, owner) ->
                require(
                        world.isLive(owner.member())
                                // Nobody may take it over.
                                || (!quiet.everyKey() && world.keys.getOrDefault(work, true)),
                        seen,
                        "%s is owned by %s, which is no member",
                        work,
                        owner));
        if (!quiet.everyKey()) {
            return;
        }
        for (Work work : world.wanted()) {
            World.Owner owner = world.owners.get(work);
            if (owner == null) {
                throw violated(seen, "nobody owns %s", work);
            }
            boolean atWork = false;
            for (World.Running running : world.runningOn(work)) {
                atWork |=
                        running.token() == owner.token()
                                && world.isValid(running.member(), seen.at());
            }
            require(atWork, seen, "%s owns %s and does not work on it", owner, work);
        }
    }
}
