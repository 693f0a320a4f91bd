package dev.roster.testkit.check;

/** At no instant two members act on one key, nor one that does not own it. */
final class K3 extends Checker {
    K3() {
        super(Tier.B, "At no instant two members act on one key, nor one that does not own it.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.WorkStarted started -> {
                Work work = new Work(started.division(), started.key());
                requireAlone(work, started.member(), seen, world);
                requireNoSecondRun(work, started.member(), seen, world);
                World.Owner owner = world.owners.get(work);
                require(
                        world.replaced
                                || (owner != null
                                        && owner.token() == started.token()
                                        && owner.member().equals(started.member())),
                        seen,
                        "%s works on %s under token %d; the owner is %s",
                        started.member(),
                        work,
                        started.token(),
                        owner);
            }
            case Observation.Valid valid -> {
                if (valid.until() > seen.at() && !world.isValid(valid.member(), seen.at())) {
                    for (World.Running own : world.runningBy(valid.member())) {
                        requireAlone(own.work(), valid.member(), seen, world);
                    }
                }
            }
            default -> {}
        }
    }

    private void requireAlone(Work work, String member, Observation seen, World world) {
        for (World.Running other : world.runningOn(work)) {
            require(
                    other.member().equals(member) || !world.isValid(other.member(), seen.at()),
                    seen,
                    "%s acts on %s while %s does, under token %d",
                    member,
                    work,
                    other.member(),
                    other.token());
        }
    }

    private void requireNoSecondRun(Work work, String member, Observation seen, World world) {
        for (World.Running other : world.runningOn(work)) {
            require(
                    !other.member().equals(member),
                    seen,
                    "%s began work on %s, and is at it under token %d",
                    member,
                    work,
                    other.token());
        }
    }
}
