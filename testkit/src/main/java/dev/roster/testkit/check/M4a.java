package dev.roster.testkit.check;

import java.util.List;

/**
 * Nobody acts on a view before all members of those before it stopped, durably, or are removed;
 * nobody is removed whose beat goes on.
 */
final class M4a extends Checker {
    M4a() {
        super(
                Tier.A,
                "Nobody acts on a view before all members of those before it stopped, durably, or are removed; nobody is removed whose beat goes on.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.SlotStarted started when !world.replaced -> {
                List<String> others = world.notStoppedBefore(started.generation());
                require(
                        others.isEmpty(),
                        seen,
                        "%s acts on generation %d, which %s have not acknowledged",
                        started.member(),
                        started.generation(),
                        others);
            }
            case Observation.MemberRemoved removed ->
                    require(
                            removed.onBeat()
                                    || removed.by().equals(removed.member())
                                    || removed.by().isEmpty()
                                    || !world.isLive(removed.member()),
                            seen,
                            "%s removed %s whatever its beat was",
                            removed.by(),
                            removed.member());
            default -> {}
        }
    }
}
