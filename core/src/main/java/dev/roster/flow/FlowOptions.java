package dev.roster.flow;

import dev.roster.InvalidInputException;

/**
 * How a flow goes. Start from {@link #defaults} and change what differs.
 *
 * @param pageSize how many entries are read at once while listing; a page is what a listing flow
 *     holds in memory
 * @param previous whether events say what a key held before; then a watching flow keeps all values
 *     below its path in memory, and otherwise only the keys
 */
public record FlowOptions(int pageSize, boolean previous) {
    private static final int MOST = 100_000;

    public FlowOptions {
        if (pageSize < 1 || pageSize > MOST) {
            throw new InvalidInputException(
                    "The page size is %d, and the limit is 1 to %d.".formatted(pageSize, MOST));
        }
    }

    /** 1000 entries a page, no previous values. */
    public static FlowOptions defaults() {
        return new FlowOptions(1000, false);
    }

    /** The same with another {@link #pageSize}. */
    public FlowOptions withPageSize(int value) {
        return new FlowOptions(value, previous);
    }

    /** The same with or without {@link #previous} values. */
    public FlowOptions withPrevious(boolean value) {
        return new FlowOptions(pageSize, value);
    }
}
