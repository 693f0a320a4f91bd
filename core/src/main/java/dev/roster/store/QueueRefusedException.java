package dev.roster.store;

import dev.roster.RosterException;
import java.util.List;

/**
 * A batch that was to be part of the caller's own transaction is not: a condition does not hold, or
 * an entry that was to be taken is not there. Roll back, or go on without it.
 */
public final class QueueRefusedException extends RosterException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // immutable, of records of this package
    private final List<QueueResult.Refused.Failed> failed;

    public QueueRefusedException(List<QueueResult.Refused.Failed> failed) {
        super("The queue has something else in these places: " + failed);
        this.failed = List.copyOf(failed);
    }

    /** The places, all of them. */
    public List<QueueResult.Refused.Failed> failed() {
        return failed;
    }
}
