package dev.roster.router;

import dev.roster.RosterException;

/**
 * The process that was asked does not own the key, and did nothing: ask again whoever owns it by a
 * table of at least {@link #generation}. What crosses the network is that number.
 */
public final class NotOwnerException extends RosterException {
    private static final long serialVersionUID = 1L;

    private final long generation;

    /**
     * Says so.
     *
     * @param key the routing key
     * @param generation of the table by which it is known who does, 0 if not known
     */
    public NotOwnerException(String key, long generation) {
        super(
                "Not the owner of the key \"%s\"; ask again by a table of generation %d or later."
                        .formatted(key, generation));
        this.generation = generation;
    }

    /** The generation of the table by which it is known who does, 0 if not known. */
    public long generation() {
        return generation;
    }
}
