package dev.roster.division;

import java.time.Instant;
import java.util.Optional;

/**
 * A key of a key list, as the store has it.
 *
 * @param key the key
 * @param state how far its work is
 * @param attempts how many attempts have failed
 * @param error what the last failure said, "" for none
 * @param target name of the member that should own it, "" for none
 * @param owner name of the member that owns it, "" for none
 * @param token the owner's token, or that under which it was ended; 0 for none
 * @param member name of the member that ended it, "" if it is not ended
 * @param started when the ending attempt began, by that member's wall clock
 * @param ended when it was ended, by that member's wall clock
 */
public record KeyState(
        String key,
        State state,
        int attempts,
        String error,
        String target,
        String owner,
        long token,
        String member,
        Optional<Instant> started,
        Optional<Instant> ended) {
    /** How far a key's work is. */
    public enum State {
        /** Nobody owns it yet. */
        WAITING,
        /** A member owns it. */
        OWNED,
        /** It goes from one member to another. */
        MOVING,
        /** Its work is done. */
        DONE,
        /** All attempts failed. */
        FAILED
    }
}
