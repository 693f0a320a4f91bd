package dev.roster.testkit.check;

import java.util.HashSet;
import java.util.Set;

/** Every join gets an incarnation never used before; an older one can write no more. */
final class M1 extends Checker {
    private final Set<String> used = new HashSet<>();

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
            case Observation.MemberAdded added ->
                    require(used.add(added.member()), seen, "%s joined twice", added.member());
            case Observation.BeatApplied beat -> requireMember(beat.member(), "beat", seen, world);
            case Observation.Acknowledged ack ->
                    requireMember(ack.member(), "acknowledgement", seen, world);
            case Observation.Claimed claimed ->
                    requireMember(claimed.member(), "claim", seen, world);
            default -> {}
        }
    }

    private void requireMember(String member, String what, Observation seen, World world) {
        require(
                world.members.containsKey(member),
                seen,
                "a %s of %s was applied, which is no member",
                what,
                member);
    }
}
