package dev.roster.jobs;

import dev.roster.RosterException;

/** The job has to stop here: let it pass, and what was saved is where the next attempt goes on. */
public final class JobStoppedException extends RosterException {
    private static final long serialVersionUID = 1L;

    JobStoppedException(String message) {
        super(message);
    }
}
