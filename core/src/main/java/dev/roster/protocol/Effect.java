package dev.roster.protocol;

import dev.roster.Commit;
import java.util.List;

/** What a member's machine wants done, in the order in which it says so. */
public sealed interface Effect {
    /** Read the group's records, watch them from there, and tell both; ends an earlier watch. */
    record ReadGroup() implements Effect {}

    /** Read the beats once. */
    record ReadBeats() implements Effect {}

    /** Read the beats and tell each change from there, or stop doing so. */
    record WatchBeats(boolean on) implements Effect {}

    /** Tell when one of these ties breaks. Replaces the ties watched before. */
    record WatchTies(List<String> ties) implements Effect {
        public WatchTies {
            ties = List.copyOf(ties);
        }
    }

    /** Send a commit. A beat goes by a way of its own that nothing else can block. */
    record Send(long id, Commit commit, boolean isBeat) implements Effect {}

    /** Everything this member owns is valid until then, by the clock of the events; 0: not now. */
    record Valid(long untilNanos) implements Effect {}

    /** The member belongs to the group now; an earlier incarnation is over. */
    record Joined(String incarnation) implements Effect {}

    /** The member cannot join, for good; the message says what to change. */
    record JoinRefused(String why) implements Effect {}

    /** The member must not act: its lease ran out, or it was evicted. It tries to come back. */
    record Lost(String why) implements Effect {}

    /** The same incarnation may act again. */
    record Regained() implements Effect {}

    /** The member has left. The last effect. */
    record Left(boolean cleanly) implements Effect {}

    /** Stop what runs for the slot; {@link Event.SlotStopped} answers. */
    record StopSlot(long generation) implements Effect {}

    /**
     * A view is active and the member has this slot in it.
     *
     * @param proof what a commit has to be conditional on to happen only within this view
     */
    record StartSlot(long generation, int slot, int count, List<String> members, Proof proof)
            implements Effect {}

    /**
     * Start work on a key.
     *
     * @param attempts how many attempts failed before
     * @param proof what a commit has to be conditional on to happen only under this token
     */
    record StartWork(String division, String key, long token, int attempts, Proof proof)
            implements Effect {}

    /** Stop work on a key; {@link Event.WorkEnded} answers. */
    record StopWork(String division, String key, long token, StopReason reason) implements Effect {}

    /** The key is not owned any more: released, ended or lost. */
    record Released(String division, String key, long token) implements Effect {}

    /** Everything of a division is given up and confirmed. */
    record Flushed(String division) implements Effect {}

    /** The division is part of the member now. */
    record DivisionJoined(String division) implements Effect {}

    /** The member cannot take part in the division; the message says what to change. */
    record DivisionRefused(String division, String why) implements Effect {}

    /** Something that an operator should know. */
    record Report(Kind kind, String subject, String detail) implements Effect {
        /** What it is about. */
        public enum Kind {
            /** A stored record cannot be read; it is passed over. */
            CORRUPT_RECORD,
            /** Work or a slot's handler did not stop in time; its key was handed on. */
            STUCK_HANDLER,
            /** Work failed and is tried again. */
            WORK_FAILED,
            /** Work failed for the last time. */
            WORK_GIVEN_UP,
            /** A result came too late: the key had another owner. */
            FENCED,
            /** The store went back in time or was replaced. */
            STORE_CHANGED,
            /** A member was taken for dead. */
            EVICTED_OTHER,
            /** The member was evicted and cannot come back; it ends. */
            JOIN_REFUSED,
            /** An invariant does not hold; the member ends. */
            OWN_FAULT
        }
    }

    /** Why work has to stop. */
    enum StopReason {
        /** The key goes to another member. */
        MOVED,
        /** The key was removed from the division, or its work is ended. */
        REMOVED,
        /** The member gives up everything. */
        LEAVING,
        /** The ownership is over already. */
        LOST
    }
}
