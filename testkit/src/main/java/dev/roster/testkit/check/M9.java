package dev.roster.testkit.check;

import dev.roster.testkit.check.Observation.Quiet;
import java.util.ArrayList;
import java.util.List;

/** After the last fault the view is that of the live members, and active, within the bound. */
final class M9 extends Checker {
    private final Converged converged = new Converged();

    M9() {
        super(
                Tier.LIVENESS,
                "After the last fault the view is that of the live members, and active, within the bound.");
    }

    @Override
    void see(Observation seen, World world) {
        Quiet quiet = converged.due(seen, world);
        if (quiet == null) {
            return;
        }
        World.View view = world.view;
        if (view == null) {
            throw violated(seen, "there is no view");
        }
        List<String> expected = new ArrayList<>(quiet.names());
        List<String> names = new ArrayList<>();
        int acting = 0;
        for (String member : view.members()) {
            require(world.isLive(member), seen, "the view has %s, which is no member", member);
            names.add(world.nameOf(member));
            World.Slot slot = world.slots.get(member);
            if (slot != null
                    && slot.generation() == view.generation()
                    && world.isValid(member, seen.at())) {
                acting++;
            }
        }
        names.sort(null);
        expected.sort(null);
        require(names.equals(expected), seen, "the view has %s, the live are %s", names, expected);
        require(
                acting == quiet.acting(),
                seen,
                "%d members act on their slots, of %d that have a handler",
                acting,
                quiet.acting());
        List<String> others = world.notStoppedBefore(view.generation());
        require(others.isEmpty(), seen, "%s have not acknowledged the view", others);
    }
}
