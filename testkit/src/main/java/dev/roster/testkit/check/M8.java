package dev.roster.testkit.check;

import dev.roster.protocol.Timing;
import java.util.HashMap;
import java.util.Map;

/**
 * Who cannot renew stops by itself. Validity counts from when the beat was sent, which is before it
 * was applied, which is seen.
 */
final class M8 extends Checker {
    private final Map<String, Long> beats = new HashMap<>();
    private final long validity;

    M8(Timing timing) {
        super(
                Tier.B,
                "A member that cannot renew stops within its validity, counted from when it sent its beat.");
        // The member's clock may be slow.
        validity = timing.validityNanos() / 1000 * (1001 + timing.driftPerMille());
    }

    @Override
    void see(Observation seen, World world) {
        switch (seen) {
            case Observation.BeatApplied beat -> beats.put(beat.member(), beat.at());
            case Observation.MemberRemoved removed -> beats.remove(removed.member());
            case Observation.Valid valid -> {
                Long beat = beats.get(valid.member());
                require(
                        valid.until() <= valid.at()
                                || beat == null
                                || valid.until() <= beat + validity,
                        seen,
                        "%s takes itself for valid for %.3f s more than its beat allows",
                        valid.member(),
                        beat == null ? 0 : (valid.until() - beat - validity) / 1e9);
            }
            case Observation.WorkStarted started ->
                    require(
                            world.isValid(started.member(), seen.at()),
                            seen,
                            "%s began work on %s while not valid",
                            started.member(),
                            started.key());
            case Observation.SlotStarted started ->
                    require(
                            world.isValid(started.member(), seen.at()),
                            seen,
                            "%s began to act on slot %d while not valid",
                            started.member(),
                            started.slot());
            default -> {}
        }
    }
}
