package dev.roster;

/**
 * The store cannot be used as it is; the message says what to change. Trying again does not help.
 */
public final class StoreRefusedException extends RosterException {
    private static final long serialVersionUID = 1L;

    public StoreRefusedException(String message) {
        super(message);
    }

    public StoreRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
