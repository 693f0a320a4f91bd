package dev.roster;

/** A group or a division cannot be joined like this; the message says what has to be the same. */
public final class JoinRefusedException extends RosterException {
    private static final long serialVersionUID = 1L;

    public JoinRefusedException(String message) {
        super(message);
    }
}
