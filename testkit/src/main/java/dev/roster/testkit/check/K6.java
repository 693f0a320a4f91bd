package dev.roster.testkit.check;

/** A key is fenced by its own token: no change elsewhere ever fences its owner. */
final class K6 extends Checker {
    K6() {
        super(
                Tier.A,
                "A key is fenced by its own token: no change elsewhere ever fences its owner.");
    }

    @Override
    void see(Observation seen, World world) {
        if (seen instanceof Observation.EffectRefused effect && !world.telling) {
            World.Owner owner = world.owners.get(new Work(effect.division(), effect.key()));
            require(
                    owner == null
                            || owner.token() != effect.token()
                            || !owner.member().equals(effect.member())
                            || !world.isLive(effect.member())
                            || world.isAgain(effect.member())
                            || world.replaced,
                    seen,
                    "an effect on %s was refused, though %s owns it",
                    effect.key(),
                    owner);
        }
    }
}
