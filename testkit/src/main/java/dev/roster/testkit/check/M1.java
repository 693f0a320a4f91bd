package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Every join gets an incarnation never used before; an older one can write no more.
 *
 * <p>A joining that was sent twice, because the first answer was lost, may be applied a second time
 * when its member is gone again. If the member never did anything, it may go on from there. If it
 * did, the record is a ghost: it may be there, until it is evicted as any dead member is, and may
 * do nothing.
 */
final class M1 extends Checker {
    /** Incarnations that did something after they joined. */
    private final Set<String> used = new HashSet<>();

    private final Map<String, Long> addedAt = new HashMap<>();

    /** Incarnations that were added again after they did something. */
    private final Set<String> ghosts = new HashSet<>();

    M1() {
        super(
                Tier.A,
                "Every join gets an incarnation never used before; an older one can write no more.");
    }

    @Override
    void see(Observation seen, World world) {
        if (world.telling) {
            return;
        }
        switch (seen) {
            case Observation.MemberAdded added -> {
                addedAt.put(added.member(), added.at());
                if (used.contains(added.member())) {
                    ghosts.add(added.member());
                }
            }
            case Observation.BeatApplied beat -> {
                boolean ofTheJoining = addedAt.getOrDefault(beat.member(), -1L) == beat.at();
                if (!ofTheJoining) {
                    requireMember(beat.member(), "beat", seen, world);
                }
            }
            case Observation.Acknowledged ack ->
                    requireMember(ack.member(), "acknowledgement", seen, world);
            case Observation.Claimed claimed ->
                    requireMember(claimed.member(), "claim", seen, world);
            default -> {}
        }
    }

    private void requireMember(String member, String what, Observation seen, World world) {
        require(
                world.members.containsKey(member) && !ghosts.contains(member),
                seen,
                "the %s of %s was applied, which is no member",
                what,
                member);
        used.add(member);
    }
}
