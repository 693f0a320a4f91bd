package dev.roster.flow;

import dev.roster.RosterException;

/**
 * The value has another version than was expected. Nothing was written: read it, and decide anew.
 */
public final class VersionConflictException extends RosterException {
    private static final long serialVersionUID = 1L;

    private final long found;

    /**
     * Says so.
     *
     * @param expected the version that was expected, 0 for none
     * @param found the version that is there, 0 for none
     */
    public VersionConflictException(String key, long expected, long found) {
        super(
                "The value \"%s\" was expected %s, and %s: read it again, and decide anew."
                        .formatted(
                                key,
                                expected == 0 ? "not to exist" : "at version " + expected,
                                found == 0 ? "does not exist" : "has version " + found));
        this.found = found;
    }

    /** The version that was there, 0 for none. */
    public long found() {
        return found;
    }
}
