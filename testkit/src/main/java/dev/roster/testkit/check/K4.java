package dev.roster.testkit.check;

import dev.roster.testkit.check.World.Owner;

/**
 * A key is claimed only after its former owner has stopped and released it, durably, or is removed.
 */
final class K4 extends Checker {
    K4() {
        super(
                Tier.A,
                "A key is claimed only after its former owner has stopped and released it, durably, or is removed.");
    }

    @Override
    void see(Observation seen, World world) {
        if (world.telling) {
            return;
        }
        switch (seen) {
            case Observation.Claimed claimed -> {
                Owner before = world.owners.get(new Work(claimed.division(), claimed.key()));
                require(
                        before == null || isOver(before, world),
                        seen,
                        "%s claimed %s from %s",
                        claimed.member(),
                        claimed.key(),
                        before);
            }
            case Observation.Unclaimed unclaimed -> {
                Work work = new Work(unclaimed.division(), unclaimed.key());
                Owner owner = world.owners.get(work);
                if (owner == null || unclaimed.by().isEmpty()) {
                    return;
                }
                if (unclaimed.by().equals(owner.member())) {
                    for (World.Running running : world.runningOn(work)) {
                        require(
                                running.token() != owner.token(),
                                seen,
                                "%s released %s and still works on it",
                                owner.member(),
                                work);
                    }
                } else {
                    require(
                            isOver(owner, world),
                            seen,
                            "%s released %s of %s",
                            unclaimed.by(),
                            work,
                            owner);
                }
            }
            default -> {}
        }
    }

    private static boolean isOver(Owner owner, World world) {
        boolean removed = !world.members.containsKey(owner.member());
        return removed || (!world.isLive(owner.member()) && world.settled);
    }
}
