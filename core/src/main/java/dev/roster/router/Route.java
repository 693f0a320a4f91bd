package dev.roster.router;

import java.util.Optional;

/**
 * Where a routing key goes. Immutable, and made once for each partition of a table: asking for it
 * allocates nothing.
 */
public final class Route {
    private final int partition;
    private final Optional<Target> owner;
    private final long token;
    private final long generation;

    Route(int partition, Optional<Target> owner, long token, long generation) {
        this.partition = partition;
        this.owner = owner;
        this.token = token;
        this.generation = generation;
    }

    /** The key's partition; −1 while the division does not exist. */
    public int partition() {
        return partition;
    }

    /** Who owns the partition; empty while nobody does, as in a handoff. */
    public Optional<Target> owner() {
        return owner;
    }

    /** The owner's fencing token; 0 while there is no owner, and with fixed targets. */
    public long token() {
        return token;
    }

    /**
     * Since which generation of the table the partition has this route; 0 with fixed targets. A
     * table made by a reading has its own generation for all its routes.
     */
    public long generation() {
        return generation;
    }

    @Override
    public String toString() {
        return "partition %d: %s".formatted(partition, owner.map(Target::name).orElse("nobody"));
    }
}
