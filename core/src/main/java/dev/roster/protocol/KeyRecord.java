package dev.roster.protocol;

import dev.roster.Bytes;

/**
 * A key of a key list and how far its work is.
 *
 * @param state what is to be done with it
 * @param attempts how many attempts have failed
 * @param error what the last failure said, "" for none
 * @param member name of the member that ended it, "" while it is not ended
 * @param token the token under which it was ended, 0 while it is not
 * @param startedMillis wall-clock time at which the ending attempt began, 0 before
 * @param endedMillis wall-clock time at which it was ended, 0 before
 */
public record KeyRecord(
        State state,
        int attempts,
        String error,
        String member,
        long token,
        long startedMillis,
        long endedMillis) {
    private static final String TYPE = "key";
    private static final int ERROR_CHARACTERS = 2000;

    /** A key that nobody has worked on. */
    public static final KeyRecord NEW = new KeyRecord(State.WANTED, 0, "", "", 0, 0, 0);

    /** What is to be done with a key. */
    public enum State {
        /** Somebody shall own it. */
        WANTED,
        /** Its work is done; nobody owns it any more. */
        DONE,
        /** All attempts failed; nobody owns it until somebody asks for another try. */
        FAILED
    }

    public KeyRecord {
        if (error.length() > ERROR_CHARACTERS) {
            error = error.substring(0, ERROR_CHARACTERS) + "…";
        }
    }

    /** The record as it is stored. */
    public Bytes toBytes() {
        return Fields.of(TYPE)
                .put("state", state.name())
                .put("attempts", attempts)
                .put("error", error)
                .put("member", member)
                .put("token", token)
                .put("started", startedMillis)
                .put("ended", endedMillis)
                .toBytes();
    }

    /** Reads a stored record. */
    public static KeyRecord parse(Bytes content) throws CorruptRecordException {
        Fields in = Fields.parse(TYPE, content);
        State state =
                switch (in.text("state")) {
                    case "WANTED" -> State.WANTED;
                    case "DONE" -> State.DONE;
                    case "FAILED" -> State.FAILED;
                    default -> throw new CorruptRecordException("its state is unknown");
                };
        return new KeyRecord(
                state,
                (int) in.number("attempts"),
                in.text("error"),
                in.text("member"),
                in.number("token"),
                in.number("started"),
                in.number("ended"));
    }
}
