package dev.roster;

/** The store could not be reached or could not act. Nothing was changed; trying again may help. */
public sealed class StoreUnavailableException extends RosterException permits StoreClosedException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message) {
        super(message);
    }

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
