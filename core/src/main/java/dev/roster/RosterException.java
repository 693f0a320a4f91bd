package dev.roster;

/** What Roster throws; the subclass says what the caller may do about it. */
public class RosterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RosterException(String message) {
        super(message);
    }

    public RosterException(String message, Throwable cause) {
        super(message, cause);
    }
}
