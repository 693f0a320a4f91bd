package dev.roster.group;

import dev.roster.Limits;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Store;

/** A named set of members that share a store. */
public final class Group {
    private Group() {}

    /** Joins with {@linkplain JoinOptions#defaults defaults}. */
    public static Member join(Store store, String group) {
        return join(store, group, JoinOptions.defaults());
    }

    /**
     * Joins a group, which exists as soon as somebody joins it. Returns when the member belongs to
     * it; its slot follows with the next view. A process may join a group many times.
     *
     * @throws dev.roster.InvalidInputException a name breaks a limit
     * @throws dev.roster.JoinRefusedException the group's lease is another one
     * @throws StoreUnavailableException the store did not answer within {@link
     *     JoinOptions#joinWithin}; the member may have joined, and is then gone after the lease
     */
    public static Member join(Store store, String group, JoinOptions options) {
        Limits.checkedName("group name", group);
        Member member = new Member(store, group, options);
        member.join();
        return member;
    }
}
