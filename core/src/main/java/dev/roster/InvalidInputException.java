package dev.roster;

/** A name, key or value breaks a documented limit. Nothing was written. */
public final class InvalidInputException extends RosterException {
    private static final long serialVersionUID = 1L;

    public InvalidInputException(String message) {
        super(message);
    }
}
