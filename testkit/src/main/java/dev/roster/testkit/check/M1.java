package dev.roster.testkit.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every join gets an incarnation never used before; an older one can write no more.
 *
 * <p>A joining that was sent twice, because the first answer was lost, may be applied a second time
 * when its member is gone again. If the member never did anything, it may go on from there. If it
 * did, the record is a ghost: it may be there, until it is evicted as any dead member is, and may
 * do nothing. Others take it for a member meanwhile, and may hand it a key.
 */
final class M1 extends Checker {
    /** Incarnations that did something after they joined. */
    private final Set<String> used = new HashSet<>();

    private final Map<String, Long> addedAt = new HashMap<>();

    /** Incarnations that were added again after they did something. */
    private final Set<String> ghosts = new HashSet<>();

    /**
     * What a member gave up last; if the same commit claims it for another one, it handed it on.
     */
    private Observation.@Nullable Unclaimed givenUp;

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
            case Observation.Unclaimed unclaimed -> givenUp = unclaimed;
            case Observation.Claimed claimed when isHandedOn(claimed) ->
                    require(
                            world.members.containsKey(claimed.member()),
                            seen,
                            "%s was handed %s, and is no member",
                            claimed.member(),
                            claimed.key());
            case Observation.Claimed claimed ->
                    requireMember(claimed.member(), "claim", seen, world);
            default -> {}
        }
    }

    private boolean isHandedOn(Observation.Claimed claimed) {
        Observation.Unclaimed before = givenUp;
        return before != null
                && before.at() == claimed.at()
                && before.division().equals(claimed.division())
                && before.key().equals(claimed.key())
                && !before.by().isEmpty()
                && !before.by().equals(claimed.member());
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
