package dev.roster.testkit.check;

/** At no instant one member acts on a view and another on the next. */
final class M4b extends Checker {
    M4b() {
        super(Tier.B, "At no instant one member acts on a view and another on the next.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.SlotStarted started ->
                    requireAlone(started.member(), started.generation(), seen, world);
            case Observation.Valid valid -> {
                World.Slot own = world.slots.get(valid.member());
                if (own != null
                        && valid.until() > seen.at()
                        && !world.isValid(valid.member(), seen.at())) {
                    requireAlone(valid.member(), own.generation(), seen, world);
                }
            }
            default -> {}
        }
    }

    private void requireAlone(String member, long generation, Observation seen, World world) {
        world.slots.forEach((other, slot) ->
                require(
                        other.equals(member)
                                || slot.generation() == generation
                                || !world.isValid(other, seen.at()),
                        seen,
                        "%s acts on generation %d and %s on %d",
                        member,
                        generation,
                        other,
                        slot.generation()));
    }
}
