package dev.roster.sql.postgres;

import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.store.Range;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes of a store, in order and without a gap, as many as fit. For its lock's holder.
 */
final class PostgresWindow {
    private static final int CHANGES = 10_000;
    private static final long BYTES = 8L << 20;

    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private long bytes;
    private long after;
    private long revision;

    /** The revision that the window reaches. */
    long revision() {
        return revision;
    }

    /** Begins anew at a revision, with nothing known before. */
    void restart(long at) {
        changes.clear();
        bytes = 0;
        after = at;
        revision = at;
    }

    /** Appends changes that reach a revision; those that are known already are passed over. */
    void append(List<Change> told, long upTo) {
        for (Change change : told) {
            if (change.revision() > revision) {
                changes.addLast(change);
                bytes += size(change);
            }
        }
        revision = Math.max(revision, upTo);
        while (changes.size() > CHANGES || bytes > BYTES) {
            after = changes.getFirst().revision();
            while (!changes.isEmpty() && changes.getFirst().revision() == after) {
                bytes -= size(changes.removeFirst());
            }
        }
    }

    private static long size(Change change) {
        Entry now = change.now();
        return (long) change.key().length() + (now == null ? 0 : now.value().size());
    }

    /** The changes of a range after a revision, or null when they are not all here. */
    @Nullable List<Change> after(Range range, long position) {
        if (position < after) {
            return null;
        }
        List<Change> found = new ArrayList<>();
        // Most watches are near the end: look from there.
        Iterator<Change> latest = changes.descendingIterator();
        while (latest.hasNext()) {
            Change change = latest.next();
            if (change.revision() <= position) {
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
