package dev.roster.store;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which revision entries had when they were last seen. What is forgotten, or has changed since,
 * costs a round trip more, so this may be as small as it likes.
 */
final class SeenRevisions {
    /** No entry has it: asking for it is how to be told what is there. */
    static final long NONE = Long.MAX_VALUE;

    /** Some megabytes at most. */
    private static final int REMEMBERED = 20_000;

    private final Map<String, Long> revisions =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                    return size() > REMEMBERED;
                }
            };

    synchronized void saw(String key, long revision) {
        revisions.put(key, revision);
    }

    synchronized void forget(String key) {
        revisions.remove(key);
    }

    synchronized long of(String key) {
        return revisions.getOrDefault(key, NONE);
    }
}
