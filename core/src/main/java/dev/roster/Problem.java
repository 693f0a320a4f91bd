package dev.roster;

/**
 * Something that an operator should know. Roster goes on by itself; the text says what to look at.
 *
 * @param kind what it is about
 * @param subject the key, the member or the record that it is about
 * @param detail what happened
 */
public record Problem(Kind kind, String subject, String detail) {
    /** What a problem is about. */
    public enum Kind {
        /** A stored record cannot be read; it is passed over. */
        CORRUPT_RECORD,
        /** Work did not stop in time; its key was handed on, and its effects are fenced. */
        STUCK_HANDLER,
        /** Work failed and is tried again. */
        WORK_FAILED,
        /** Work failed for the last time. */
        WORK_GIVEN_UP,
        /** A result came too late: the key had another owner by then. */
        FENCED,
        /** The store went back in time or was replaced. */
        STORE_CHANGED,
        /** A member was taken for dead. */
        MEMBER_EVICTED,
        /** This member was taken for dead, and cannot come back as it is: it has left for good. */
        JOIN_REFUSED,
        /** The caller's listener threw. */
        LISTENER_FAILED,
        /** The handler of a flow threw; the flow goes on with the next event. */
        HANDLER_FAILED,
        /** What a consumer of jobs had to write was not applied; it is written again. */
        COMMIT_FAILED,
        /** Jobs wait for a task that the owner of their partition does not have. */
        UNKNOWN_TASK,
        /**
         * Roster itself made a mistake; what went on because of it has ended. Report it, please.
         */
        OWN_FAULT
    }

    @Override
    public String toString() {
        return kind + " " + subject + ": " + detail;
    }
}
