package dev.roster.protocol.jobs;

/**
 * How many partitions are read together from far back. Where a store has to pass over much that was
 * taken out and is not tidied up, that takes long, and fails when it takes too long; one partition
 * is read where many cannot be.
 */
final class Breadth {
    static final int MOST = 64;

    private final long fast;
    private final long slow;
    private int parts = MOST;

    /**
     * @param fast what took less time makes it wider
     * @param slow what took more makes it narrower
     */
    Breadth(long fast, long slow) {
        this.fast = fast;
        this.slow = slow;
    }

    int parts() {
        return parts;
    }

    /** So many partitions were read in a time. */
    void took(int read, long micros) {
        if (micros > slow) {
            failed(read);
        } else if (micros < fast) {
            parts = Math.min(MOST, parts * 2);
        }
    }

    /** So many partitions could not be read together. */
    void failed(int read) {
        parts = Math.max(1, Math.min(parts, read) / 2);
    }
}
