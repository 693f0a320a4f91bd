package dev.roster.redis;

import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.store.Range;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * The last changes, as far as they were read. While no watched topic changes, the position moves on
 * without reading, so of each topic it is known from where on its changes are all here. Not safe
 * for use by many threads.
 */
final class Window {
    private static final int CHANGES = 10_000;
    private static final long BYTES = 8L << 20;

    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private final int[] watches = new int[Topic.COUNT];
    private final long[] completeFrom = new long[Topic.COUNT];
    private String life = "";
    private long position = -1;
    private long trimmedTo = -1;
    private long bytes;

    /**
     * What to ask the server.
     *
     * @param position the changes after this, -1 for none
     * @param topics only if one of these has changed
     */
    record Ask(long position, List<Integer> topics) {}

    Ask ask() {
        List<Integer> topics = new ArrayList<>();
        for (int topic = 0; topic < Topic.COUNT; topic++) {
            if (watches[topic] > 0) {
                topics.add(topic);
            }
        }
        return new Ask(position, topics);
    }

    void begin(int topic) {
        if (watches[topic]++ == 0) {
            completeFrom[topic] = Math.max(0, position);
        }
    }

    void end(int topic) {
        watches[topic]--;
    }

    boolean isWatched() {
        return Arrays.stream(watches).anyMatch(count -> count > 0);
    }

    long position() {
        return position;
    }

    String life() {
        return life;
    }

    /** Takes what the server told; returns whether there is more to ask for. */
    boolean take(Ask ask, Questions.News found) {
        boolean isGap = ask.position() < found.base() || found.isGapAfter(ask.position());
        if (!found.life().equals(life) || found.revision() < position || isGap) {
            restart(found);
            return false;
        }
        if (!found.isRead()) {
            // Nothing of the topics that were asked for: others begin to be complete here.
            position = found.revision();
            for (int topic = 0; topic < Topic.COUNT; topic++) {
                if (!ask.topics().contains(topic)) {
                    completeFrom[topic] = position;
                }
            }
            return false;
        }
        for (Change change : found.changes()) {
            changes.addLast(change);
            bytes += size(change);
        }
        position = found.reached();
        trim();
        return position < found.revision();
    }

    private void restart(Questions.News found) {
        changes.clear();
        bytes = 0;
        life = found.life();
        position = found.revision();
        trimmedTo = position;
        Arrays.fill(completeFrom, position);
    }

    private void trim() {
        while (changes.size() > CHANGES || bytes > BYTES) {
            trimmedTo = changes.getFirst().revision();
            while (!changes.isEmpty() && changes.getFirst().revision() == trimmedTo) {
                bytes -= size(changes.removeFirst());
            }
        }
    }

    private static long size(Change change) {
        Entry now = change.now();
        return (long) change.key().length() + (now == null ? 0 : now.value().size());
    }

    /** Whether all changes of the topic after a position, up to this one's, are here. */
    boolean covers(int topic, long after) {
        boolean byTopic = watches[topic] > 0 && after >= completeFrom[topic];
        boolean byAll = watches[Topic.ALL] > 0 && after >= completeFrom[Topic.ALL];
        return after >= trimmedTo && (byTopic || byAll);
    }

    /** The changes of a range after a position. */
    List<Change> between(Range range, long after) {
        List<Change> found = new ArrayList<>();
        // Most watches are near the end: look from there.
        Iterator<Change> latest = changes.descendingIterator();
        while (latest.hasNext()) {
            Change change = latest.next();
            if (change.revision() <= after) {
                break;
            }
            if (range.contains(change.key())) {
                found.add(change);
            }
        }
        Collections.reverse(found);
        return found;
    }
}
