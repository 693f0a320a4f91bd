package dev.roster;

/** The ownership or the slot is over: roll back, nothing of it must take effect. */
public final class FencedException extends RosterException {
    private static final long serialVersionUID = 1L;

    public FencedException(String message) {
        super(message);
    }
}
