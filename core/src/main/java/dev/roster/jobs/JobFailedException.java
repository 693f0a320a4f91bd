package dev.roster.jobs;

import dev.roster.RosterException;

/** Thrown by a handler: the job is given up, trying again is no use. */
public final class JobFailedException extends RosterException {
    private static final long serialVersionUID = 1L;

    /** The job is given up for this reason. */
    public JobFailedException(String message) {
        super(message);
    }

    /** The job is given up for this reason. */
    public JobFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
