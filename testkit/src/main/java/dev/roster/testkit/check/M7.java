package dev.roster.testkit.check;

import java.util.List;

/** When k members leave, at most k others change slot; when one joins, none. */
final class M7 extends Checker {
    M7() {
        super(Tier.A, "When k members leave, at most k others change slot; when one joins, none.");
    }

    @Override
    void see(Observation seen, World world) {
        World.View before = world.view;
        if (world.telling
                || before == null
                || world.replaced
                || !(seen instanceof Observation.ViewAgreed view)) {
            return;
        }
        List<String> old = before.members();
        int left = 0;
        int moved = 0;
        for (int slot = 0; slot < old.size(); slot++) {
            int now = view.members().indexOf(old.get(slot));
            if (now < 0) {
                left++;
            } else if (now != slot) {
                moved++;
            }
        }
        require(
                moved <= left,
                seen,
                "%d left and %d changed slot: %s became %s",
                left,
                moved,
                old,
                view.members());
    }
}
