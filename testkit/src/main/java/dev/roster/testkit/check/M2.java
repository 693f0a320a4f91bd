package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Generations strictly increase, and all reports of one have the same content. */
final class M2 extends Checker {
    private final Map<Long, List<String>> content = new HashMap<>();
    private long latest;

    M2() {
        super(
                Tier.A,
                "Generations strictly increase, and all reports of one have the same content.");
    }

    @Override
    void see(Observation seen, World world) {
        if (seen instanceof Observation.ViewAgreed view) {
            if (!world.telling) {
                require(
                        view.generation() > latest,
                        seen,
                        "generation %d was agreed after %d",
                        view.generation(),
                        latest);
                latest = view.generation();
            }
            requireSame(view.generation(), view.members(), seen);
        } else if (seen instanceof Observation.SlotStarted slot) {
            requireSame(slot.generation(), slot.members(), seen);
        }
    }

    private void requireSame(long generation, List<String> members, Observation seen) {
        List<String> before = content.putIfAbsent(generation, members);
        require(
                before == null || before.equals(members),
                seen,
                "generation %d is %s, and was %s",
                generation,
                members,
                before);
    }
}
