package dev.roster;

/**
 * The effect may have happened or not, and may still happen. Look before trying again, unless doing
 * it twice does no harm.
 */
public final class IndeterminateException extends RosterException {
    private static final long serialVersionUID = 1L;

    public IndeterminateException(String message) {
        super(message);
    }
}
