package dev.roster;

/**
 * The store was closed in this process. Nothing was changed, and trying again does not help: what
 * follows a store on its own ends.
 */
public final class StoreClosedException extends StoreUnavailableException {
    private static final long serialVersionUID = 1L;

    public StoreClosedException(String message) {
        super(message);
    }
}
