package dev.roster.protocol;

import org.jspecify.annotations.Nullable;

/** Work on one key that this member has begun and that has not ended. */
final class Work {
    /** How far it is. */
    enum State {
        RUNNING,
        STOPPING,
        /** It ended by itself; the result is being written. */
        ENDING
    }

    final long token;
    final long startedNanos;
    State state = State.RUNNING;
    long stopBy;
    Event.@Nullable Ending ending;

    /** Whether a commit with its result is under way. */
    boolean isSent;

    Work(long token, long startedNanos) {
        this.token = token;
        this.startedNanos = startedNanos;
    }
}
