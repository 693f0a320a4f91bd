package dev.roster.testkit.check;

import java.util.HashSet;
import java.util.Set;

/** One end of a job is recorded, once; what a former owner says of it is refused. */
final class J3 extends Checker {
    private final Set<String> ended = new HashSet<>();

    /** Those whose end an owner recorded, and so knows. */
    private final Set<String> endedByOwner = new HashSet<>();

    J3() {
        super(
                Tier.A,
                "One end of a job is recorded, once; what a former owner says of it is refused.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.StoreReplaced replaced -> {
                ended.clear();
                endedByOwner.clear();
            }
            case Observation.JobEnded end -> {
                require(
                        ended.add(end.job()),
                        seen,
                        "a second end of %s is recorded, %s",
                        end.job(),
                        end.state());
                if (!end.member().isEmpty()) {
                    endedByOwner.add(end.job());
                    byOwner(end, world);
                }
            }
            case Observation.JobStarted start ->
                    require(
                            !endedByOwner.contains(start.job()) || !world.isOwner(start),
                            seen,
                            "%s begins, and its end was recorded",
                            start.job());
            case Observation.JobPutBack back -> {
                require(
                        !ended.contains(back.job()),
                        seen,
                        "%s is put back, and has ended",
                        back.job());
                byOwner(back, world);
            }
            case Observation.JobSaved saved -> byOwner(saved, world);
            default -> {}
        }
    }

    private void byOwner(Observation.Owned seen, World world) {
        require(
                world.isOwner(seen),
                seen,
                "%s recorded something of %s under token %d; the owner is %s",
                seen.member(),
                seen.job(),
                seen.token(),
                world.owners.get(new Work(seen.division(), seen.partition())));
    }
}
