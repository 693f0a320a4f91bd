package dev.roster.redis;

import java.util.concurrent.atomic.AtomicReference;

/** What a handle has seen of the store's lives. Safe for use by many threads. */
final class Known {
    /**
     * A life as it was seen.
     *
     * @param life its name, "" before any was seen
     * @param highest the highest revision that was seen in it
     * @param first a position below this one was not read in this life by this handle; 0 in the
     *     first life that it has seen
     */
    record Seen(String life, long highest, long first) {}

    private final AtomicReference<Seen> seen = new AtomicReference<>(new Seen("", 0, 0));

    Seen now() {
        return seen.get();
    }

    /** Takes note of an answer. Answers may come in any order. */
    void saw(String life, long revision) {
        Seen before = seen.get();
        if (!before.life().equals(life) || before.highest() < revision) {
            seen.updateAndGet(was -> next(was, life, revision));
        }
    }

    private static Seen next(Seen was, String life, long revision) {
        if (was.life().equals(life)) {
            return new Seen(life, Math.max(was.highest(), revision), was.first());
        }
        if (was.life().isEmpty()) {
            return new Seen(life, revision, 0);
        }
        // Another life goes on above all that this handle has seen, for the scripts see to that.
        // What is not above is an
        // answer that was overtaken.
        return revision > was.highest() ? new Seen(life, revision, revision) : was;
    }
}
