package dev.roster.testkit.check;

/** A request takes effect under the token that is current at that moment, or not at all. */
final class R1 extends Checker {
    R1() {
        super(
                Tier.A,
                "A request takes effect under the token that is current at that moment, or not at all.");
    }

    @Override
    void see(Observation seen, World world) {
        if (seen instanceof Observation.RequestDone done && !world.telling) {
            World.Owner owner = world.owners.get(new Work(done.division(), done.key()));
            require(
                    owner != null
                            && owner.token() == done.token()
                            && owner.member().equals(done.member())
                            && world.isLive(done.member()),
                    seen,
                    "%s did %s under token %d, and the owner is %s",
                    done.member(),
                    done.request(),
                    done.token(),
                    owner);
        }
    }
}
