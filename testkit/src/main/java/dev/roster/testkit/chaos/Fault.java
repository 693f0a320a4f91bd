package dev.roster.testkit.chaos;

/** What a run does to processes, servers and the ways between them. */
public enum Fault {
    KILL_MEMBER(Needs.MEMBER, "kill -9 of a member, and another start"),
    FREEZE_MEMBER(Needs.MEMBER, "a member is stopped for longer than its lease, and goes on"),
    BRIEF_FREEZE(Needs.MEMBER, "a member is stopped for less than its lease, and goes on"),
    LEAVE_AND_JOIN(Needs.MEMBER, "a member leaves, another joins"),
    KILL_ALL_MEMBERS(Needs.MEMBER, "kill -9 of all members, and other starts"),

    PARTITION(Needs.NETWORK, "nothing passes between a member and the store"),
    CUT_REQUESTS(Needs.NETWORK, "nothing passes from a member to the store"),
    CUT_REPLIES(Needs.NETWORK, "nothing passes from the store to a member; its requests arrive"),
    SWALLOWED_REPLIES(
            Needs.NETWORK, "all members' requests are done and not answered; connections close"),
    TORN_FRAMES(Needs.NETWORK, "all members' connections are reset in the middle of a frame"),
    DELAY_200_MS(Needs.NETWORK, "everything takes 200 ms in each direction"),
    DELAY_2_S(Needs.NETWORK, "everything takes 2 s in each direction"),
    NO_NOTICES(Needs.NETWORK, "all notifications are dropped, for all members"),
    FLAPPING(Needs.NETWORK, "a member's connections are refused and let through, by turns"),

    KILL_SERVER(Needs.SERVER, "kill -9 of the server, and a new start at once"),
    RESTART_SERVER(Needs.SERVER, "an orderly restart of the server"),
    FREEZE_SERVER(Needs.SERVER, "the server is stopped for longer than a lease, and goes on"),
    SERVER_DOWN(Needs.SERVER, "the server is away for much longer than a lease"),
    SERVER_CUT_OFF(
            Needs.SERVER,
            "the server that leads is cut off from the others, and members reach all of them"),
    WIPE(Needs.SERVER, "the store forgets everything"),
    RESTORE(Needs.SERVER, "an older state of the store is put back"),
    FAILOVER(
            Needs.SERVER,
            "the server is killed, and a copy that lacks the last commits takes over"),
    CONNECTION_LIMIT(
            Needs.SERVER, "no more connections are to be had, and the present ones are reset"),
    STORE_FULL(Needs.SERVER, "the store has no room for more"),
    STORE_LOCKED(Needs.SERVER, "somebody else locks the store for longer than a lease");

    /** What has to be in our hands for a fault. */
    enum Needs {
        MEMBER,
        NETWORK,
        SERVER
    }

    private final Needs needs;
    private final String text;

    Fault(Needs needs, String text) {
        this.needs = needs;
        this.text = text;
    }

    Needs needs() {
        return needs;
    }

    /** What is done, for people. */
    public String text() {
        return text;
    }

    /** Whether the store forgets something, so that only members remember. */
    boolean isForgetful() {
        return this == WIPE || this == RESTORE || this == FAILOVER;
    }
}
