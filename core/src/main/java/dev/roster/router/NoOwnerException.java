package dev.roster.router;

import dev.roster.RosterException;

/**
 * Nobody who owns the key was found in time. Nothing was done: the request was sent to nobody, or
 * each that it was sent to said that it did nothing. Trying again later does no harm.
 */
public final class NoOwnerException extends RosterException {
    private static final long serialVersionUID = 1L;

    public NoOwnerException(String message) {
        super(message);
    }
}
