package dev.roster.testkit.witness;

import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.testkit.check.JsonLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The lines of a history that are about the store:
 *
 * <ul>
 *   <li>{@code Commit}: one of this process was answered as applied; with who sent it, what it was
 *       conditional on and what it did;
 *   <li>{@code Change}: one of anybody was told by a watch;
 *   <li>{@code Content}: a whole reading, with the revision of each entry;
 *   <li>{@code Known}: this process knows of all up to a revision;
 *   <li>{@code Other}: this process was told that the store is another one now;
 *   <li>{@code Failed}, {@code Unknown}: a commit of this process ended so.
 * </ul>
 */
final class StoreLines {
    static final String COMMIT = "Commit";
    static final String CHANGE = "Change";
    static final String CONTENT = "Content";
    static final String KNOWN = "Known";
    static final String OTHER = "Other";
    static final String FAILED = "Failed";
    static final String UNKNOWN = "Unknown";

    /** All of them. */
    static final Set<String> KINDS = Set.of(COMMIT, CHANGE, CONTENT, KNOWN, OTHER, FAILED, UNKNOWN);

    private StoreLines() {}

    static JsonLine commit(
            long at, long asked, String by, String store, long revision, Commit commit) {
        List<String> conditions = new ArrayList<>();
        commit.conditions().forEach(condition -> conditions.add(condition.key()));
        List<String> writes = new ArrayList<>();
        List<String> deletes = new ArrayList<>();
        for (Operation operation : commit.operations()) {
            switch (operation) {
                case Operation.Put put -> {
                    writes.add(put.key());
                    writes.add(put.value().toUtf8());
                }
                case Operation.Delete delete -> deletes.add(delete.key());
            }
        }
        return line(COMMIT, at, store, revision)
                .put("asked", asked)
                .put("by", by)
                .put("conditions", conditions)
                .put("writes", writes)
                .put("deletes", deletes);
    }

    /** Changes of one revision. */
    static JsonLine change(long at, String store, long revision, List<Change> changes) {
        List<String> writes = new ArrayList<>();
        List<String> deletes = new ArrayList<>();
        for (Change change : changes) {
            Entry now = change.now();
            if (now == null) {
                deletes.add(change.key());
            } else {
                writes.add(now.key());
                writes.add(now.value().toUtf8());
            }
        }
        return line(CHANGE, at, store, revision).put("writes", writes).put("deletes", deletes);
    }

    static JsonLine content(long at, String store, long revision, List<Entry> entries) {
        List<String> written = new ArrayList<>();
        for (Entry entry : entries) {
            written.add(entry.key());
            written.add(entry.value().toUtf8());
            written.add(Long.toString(entry.modified()));
        }
        return line(CONTENT, at, store, revision).put("entries", written);
    }

    static JsonLine known(long at, String store, long revision) {
        return line(KNOWN, at, store, revision);
    }

    /** A commit that was not answered as applied: failed, or unknown how it ended. */
    static JsonLine ended(String kind, long at, String store, String why) {
        return line(kind, at, store, 0).put("why", why);
    }

    static JsonLine other(long at, String store) {
        return line(OTHER, at, store, 0);
    }

    private static JsonLine line(String kind, long at, String store, long revision) {
        return new JsonLine()
                .put("kind", kind)
                .put("at", at)
                .put("store", store)
                .put("revision", revision);
    }
}
