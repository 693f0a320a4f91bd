package dev.roster.testkit.check;

import java.util.HashSet;

/** The slots of a view of N members are 0 to N-1, one for each. */
final class M3 extends Checker {
    M3() {
        super(Tier.A, "The slots of a view of N members are 0 to N-1, one for each.");
    }

    @Override
    void see(Observation seen, World world) {
        if (seen instanceof Observation.ViewAgreed view) {
            require(
                    new HashSet<>(view.members()).size() == view.members().size(),
                    seen,
                    "generation %d has a member twice: %s",
                    view.generation(),
                    view.members());
        } else if (seen instanceof Observation.SlotStarted slot) {
            require(
                    slot.count() == slot.members().size()
                            && slot.slot() == slot.members().indexOf(slot.member()),
                    seen,
                    "%s took slot %d of %d of %s",
                    slot.member(),
                    slot.slot(),
                    slot.count(),
                    slot.members());
        }
    }
}
