package dev.roster.flow;

import dev.roster.RosterException;

/** Thrown by a handler that wants no more: the flow ends, and its run returns. */
public final class EndOfFlowException extends RosterException {
    private static final long serialVersionUID = 1L;

    public EndOfFlowException() {
        super("A handler ended the flow.");
    }
}
