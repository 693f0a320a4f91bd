package dev.roster.testkit.check;

/** Who is not in the active view changes nothing that is guarded by a slot. */
final class M5 extends Checker {
    M5() {
        super(Tier.A, "Who is not in the active view changes nothing that is guarded by a slot.");
    }

    @Override
    void see(Observation seen, World world) {
        if (seen instanceof Observation.SlotEffectAccepted effect) {
            World.View view = world.view;
            require(
                    view != null
                            && view.generation() == effect.generation()
                            && view.members().contains(effect.member())
                            && world.members.containsKey(effect.member()),
                    seen,
                    "%s changed something under generation %d; the view is %s",
                    effect.member(),
                    effect.generation(),
                    view);
        }
    }
}
