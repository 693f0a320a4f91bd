package dev.roster.sql.postgres;

import java.util.concurrent.atomic.AtomicReference;

/**
 * How far a store has come.
 *
 * @param life the life of the store
 * @param revision the revision
 * @param stamp a random number of the transaction that made it: the same revision of another
 *     history has another
 */
record Position(String life, long revision, long stamp) {
    static final Position NOWHERE = new Position("", 0, 0);

    /** Whether nothing that is at this position now can have been at the other before. */
    boolean isBehind(Position seen) {
        return revision < seen.revision
                || (revision == seen.revision && life.equals(seen.life) && stamp != seen.stamp);
    }

    /** The furthest that this process has seen. Safe for use by many threads. */
    static final class Furthest {
        private final AtomicReference<Position> at = new AtomicReference<>(NOWHERE);

        Position get() {
            return at.get();
        }

        void saw(Position position) {
            at.accumulateAndGet(
                    position, (old, now) -> now.revision() > old.revision() ? now : old);
        }
    }
}
