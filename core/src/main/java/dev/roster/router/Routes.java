package dev.roster.router;

import dev.roster.KeyHash;
import java.util.List;
import java.util.Optional;

/** A table of all routes as they were together. Immutable, safe for use by many threads. */
public final class Routes {
    private static final Route NOWHERE = new Route(-1, Optional.empty(), 0, 0);

    /** What is known before the division exists. */
    static final Routes NONE = new Routes(0, KeyHash.FNV64_MIX13, new Route[0], List.of());

    private final long generation;
    private final KeyHash hash;
    private final Route[] routes;
    private final List<Target> targets;

    /** The array is not copied. */
    Routes(long generation, KeyHash hash, Route[] routes, List<Target> targets) {
        this.generation = generation;
        this.hash = hash;
        this.routes = routes;
        this.targets = List.copyOf(targets);
    }

    /**
     * The table's number. A later table of the division has a larger one, for ever; tables of one
     * number are equal in all processes. 0: the division does not exist yet, or targets are fixed.
     */
    public long generation() {
        return generation;
    }

    /** How routing keys become partitions. */
    public KeyHash hash() {
        return hash;
    }

    /** How many partitions there are; 0 while the division does not exist. */
    public int partitions() {
        return routes.length;
    }

    /** Who can own partitions, by incarnation. */
    public List<Target> targets() {
        return targets;
    }

    /** Where a key goes. Allocates nothing. */
    public Route route(String key) {
        return route(hash.hash(key));
    }

    /** Where a key goes whose {@linkplain #hash hash} is known. Allocates nothing. */
    public Route route(long hashed) {
        Route[] all = routes;
        return all.length == 0 ? NOWHERE : all[hash.partition(hashed, all.length)];
    }

    /** Where a partition goes. */
    public Route partition(int partition) {
        return routes[partition];
    }

    Route[] copy() {
        return routes.clone();
    }
}
