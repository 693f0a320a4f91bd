package dev.roster.router;

import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.DivisionOptions;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import dev.roster.group.Group;
import dev.roster.group.JoinOptions;
import dev.roster.group.Member;
import dev.roster.store.Store;

/**
 * A target that knows nothing of Roster, registered under a lease by somebody who does: a server
 * behind its address. It gets its share of the partitions as a member does; what it loses it is
 * told by nobody, so it counts as stopped at once. Where that matters, let the process itself be a
 * member. Safe for use by many threads.
 *
 * <p>Whoever registers it keeps it there: each third of the lease, with its own clock. When it ends
 * without {@link #close}, any other member of the group removes the endpoint after it has seen no
 * sign of life for a little more than the lease, by its own clock; no two clocks are compared, and
 * no time of day matters. If there is no other member, the endpoint stays in the table until one
 * joins.
 */
public final class Endpoint implements AutoCloseable {
    private final Member member;
    private final Division division;

    private Endpoint(Member member, Division division) {
        this.member = member;
        this.division = division;
    }

    /**
     * Registers an endpoint.
     *
     * @param address what routers tell as the target's metadata
     * @param partitions as many for all targets of the division
     * @param options the lease, and the name that routers tell; its metadata are replaced
     * @throws dev.roster.InvalidInputException a name, the address or a number breaks a limit
     * @throws dev.roster.JoinRefusedException the group or the division has other settings
     * @throws dev.roster.StoreUnavailableException the store does not answer; the endpoint may be
     *     registered, and is then gone after the lease
     */
    public static Endpoint register(
            Store store,
            String group,
            String division,
            int partitions,
            String address,
            JoinOptions options) {
        Member member = Group.join(store, group, options.withMetadata(address));
        boolean done = false;
        try {
            Division part =
                    Division.space(member, division, partitions, DivisionOptions.defaults());
            part.listen(new StopsAtOnce(part));
            done = true;
            return new Endpoint(member, part);
        } finally {
            if (!done) {
                member.close();
            }
        }
    }

    /** The member that stands for it. */
    public Member member() {
        return member;
    }

    /** Its part of the division. */
    public Division division() {
        return division;
    }

    /** Takes it out; the other targets get its partitions at once. */
    @Override
    public void close() {
        member.close();
    }

    private static final class StopsAtOnce implements DivisionListener {
        private final Division division;

        StopsAtOnce(Division division) {
            this.division = division;
        }

        @Override
        public void start(Ownership ownership) {}

        @Override
        public void stop(Ownership ownership, StopReason reason) {
            division.confirm(ownership);
        }
    }
}
