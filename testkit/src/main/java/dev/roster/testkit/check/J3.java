package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One end of a job is recorded, once; what a former owner says of it is refused.
 *
 * <p>A member that lost its partition, and works on it again under the same token because nobody
 * took it over, does not know what became of the ends that it had sent: one that takes effect after
 * that may find the job begun again. It is refused then, or the second end is.
 */
final class J3 extends Checker {
    private final Set<String> ended = new HashSet<>();

    /** Those whose end an owner recorded, and so knows. */
    private final Set<String> endedByOwner = new HashSet<>();

    /** When jobs began last, and when work on their partitions did. */
    private final Map<String, Long> startedAt = new HashMap<>();

    private final Map<Work, Long> begunAt = new HashMap<>();

    J3() {
        super(
                Tier.A,
                "One end of a job is recorded, once; what a former owner says of it is refused.");
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.StoreReplaced replaced -> forget();
            case Observation.JobsForgotten forgotten -> forget();
            case Observation.JobEnded end -> {
                require(
                        ended.add(end.job()),
                        seen,
                        "a second end of %s is recorded, %s",
                        end.job(),
                        end.state());
                if (!end.member().isEmpty()) {
                    if (!isOfBefore(end)) {
                        endedByOwner.add(end.job());
                    }
                    byOwner(end, world);
                }
            }
            case Observation.WorkStarted work ->
                    begunAt.put(new Work(work.division(), work.key()), work.at());
            case Observation.JobStarted start -> {
                require(
                        !endedByOwner.contains(start.job()) || !world.isOwner(start),
                        seen,
                        "%s begins, and its end was recorded",
                        start.job());
                startedAt.put(start.job(), start.at());
            }
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

    private void forget() {
        ended.clear();
        endedByOwner.clear();
    }

    /** Whether a job began before the present work on its partition did. */
    private boolean isOfBefore(Observation.JobEnded end) {
        Long started = startedAt.get(end.job());
        Long begun = begunAt.get(new Work(end.division(), end.partition()));
        return started != null && begun != null && started < begun;
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
