package dev.roster.testkit.witness;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.testkit.check.Observation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of one life of the store: its commits by revision, and who knew when. */
final class StoreLife {
    /** A commit, as whoever sent it wrote it down, or as a watch told it. */
    record Applied(Commit commit, String by, boolean told) {
        /**
         * With what another commit did at the same revision: nothing, for it deleted what was not
         * there, and so took no revision of its own.
         */
        Applied and(Commit nothing) {
            List<Operation> all = new ArrayList<>(commit.operations());
            all.addAll(nothing.operations());
            return new Applied(new Commit(null, commit.conditions(), all), by, told);
        }
    }

    /** A whole reading. */
    record Content(long at, long revision, List<Entry> entries) {}

    final String id;
    final TreeMap<Long, Applied> commits = new TreeMap<>();
    final List<Content> contents = new ArrayList<>();
    final List<String> anomalies = new ArrayList<>();

    /** The commits that put nothing: of several at a revision all but one did nothing. */
    private final Map<Long, List<Applied>> deletions = new HashMap<>();

    /** The earliest time at which somebody knew of a revision. */
    private final TreeMap<Long, Long> knownAt = new TreeMap<>();

    private long firstAt = Long.MAX_VALUE;
    private long told = -1;

    /** Whether the watch went on into this life, so that no reading begins it. */
    private boolean goesOn;

    StoreLife(String id) {
        this.id = id;
    }

    /**
     * After this revision its commits stand by themselves; what was before, its first reading
     * tells. -1: there is nothing before that was not told.
     */
    long base() {
        return goesOn || contents.isEmpty() ? -1 : contents.getFirst().revision();
    }

    /** The reading that it begins with; null if it goes on from the life before. */
    @Nullable Content beginning() {
        return goesOn || contents.isEmpty() ? null : contents.getFirst();
    }

    /** When somebody first knew of this life. */
    long firstAt() {
        return firstAt;
    }

    void knows(long at, long revision) {
        firstAt = Math.min(firstAt, at);
        if (revision > 0) {
            knownAt.merge(revision, at, Math::min);
        }
    }

    void committed(Map<String, Object> line, String by) {
        long revision = number(line, "revision");
        Commit commit = commit(line);
        Applied before = commits.get(revision);
        if (before != null && writes(before.commit()) && writes(commit)) {
            anomalies.add("revision %d was given to two commits".formatted(revision));
        }
        Applied both = new Applied(commit, by, false);
        if (!writes(commit)) {
            deletions.computeIfAbsent(revision, unused -> new ArrayList<>()).add(both);
        }
        if (before != null) {
            both = writes(commit) ? both.and(before.commit()) : before.and(commit);
        }
        commits.put(revision, both);
    }

    /** Whether somebody committed just these changes in this life. */
    boolean hasCommitted(Map<String, Object> change) {
        Applied applied = commits.get(number(change, "revision"));
        if (applied == null || applied.told()) {
            return false;
        }
        Commit told = commit(change);
        // It may have deleted what was not there, too.
        return puts(applied.commit()).equals(puts(told))
                && deletes(applied.commit()).containsAll(deletes(told));
    }

    private static List<String> deletes(Commit commit) {
        return commit.operations().stream()
                .filter(Operation.Delete.class::isInstance)
                .map(Operation::key)
                .toList();
    }

    /** Whether a key was written, or deleted, at the revision that somebody was told of. */
    boolean hasDone(Observation.EntryTold told) {
        Applied applied = commits.get(told.revision());
        if (applied != null) {
            for (Operation operation : applied.commit().operations()) {
                if (operation.key().equals(told.key())
                        && operation instanceof Operation.Delete == told.gone()) {
                    return true;
                }
            }
        }
        for (Content content : contents) {
            for (Entry entry : content.entries()) {
                if (!told.gone()
                        && entry.key().equals(told.key())
                        && entry.modified() == told.revision()) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Map<String, Bytes> puts(Commit commit) {
        Map<String, Bytes> puts = new TreeMap<>();
        for (Operation operation : commit.operations()) {
            if (operation instanceof Operation.Put put) {
                puts.put(put.key(), put.value());
            }
        }
        return puts;
    }

    /** Changes of a watch, in the order in which they were told. */
    void told(Map<String, Object> line) {
        goesOn |= contents.isEmpty();
        long revision = number(line, "revision");
        if (revision <= told) {
            anomalies.add("the watch told revision %d after %d".formatted(revision, told));
        }
        commits.subMap(told, false, Math.max(revision, told + 1), false)
                .forEach((missed, applied) -> {
                    if (told >= 0 && writes(applied.commit())) {
                        anomalies.add("the watch left out revision %d".formatted(missed));
                    }
                });
        told = Math.max(told, revision);
        Commit changes = commit(line);
        Applied own = commits.get(revision);
        if (own == null) {
            commits.put(revision, new Applied(changes, "", true));
        } else if (!writes(own.commit())) {
            commits.put(revision, withDeletions(revision, changes));
        } else if (!written(own.commit()).equals(written(changes))) {
            anomalies.add("the watch told other changes for revision %d".formatted(revision));
        }
    }

    /**
     * Who made these changes, with what all others deleted that was not there. Whoever made them
     * may never have heard.
     */
    private Applied withDeletions(long revision, Commit changes) {
        List<String> touched = touched(changes);
        List<Applied> heard = new ArrayList<>(deletions.getOrDefault(revision, List.of()));
        int maker = -1;
        for (int at = 0; at < heard.size(); at++) {
            Commit commit = heard.get(at).commit();
            // What a commit is conditional on was there; nobody else can have deleted it before.
            if (deletes(commit).containsAll(touched)
                    && (maker < 0 || isConditionalOn(commit, touched))) {
                maker = at;
            }
        }
        Applied all = maker < 0 ? new Applied(changes, "", true) : heard.remove(maker);
        for (Applied nothing : heard) {
            all = all.and(nothing.commit());
        }
        return all;
    }

    private static boolean isConditionalOn(Commit commit, List<String> keys) {
        return commit.conditions().stream().map(Condition::key).anyMatch(keys::contains);
    }

    private static List<String> touched(Commit commit) {
        return commit.operations().stream().map(Operation::key).toList();
    }

    void read(Map<String, Object> line) {
        long revision = number(line, "revision");
        if (revision < told) {
            anomalies.add(
                    "the store went back from revision %d to %d, and is the same one by its identity"
                            .formatted(told, revision));
        }
        told = Math.max(told, revision);
        List<String> texts = texts(line, "entries");
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < texts.size(); i += 3) {
            entries.add(
                    new Entry(
                            texts.get(i),
                            Bytes.utf8(texts.get(i + 1)),
                            Long.parseLong(texts.get(i + 2)),
                            Long.parseLong(texts.get(i + 2))));
        }
        contents.add(new Content(number(line, "at"), revision, entries));
    }

    /** For each commit the time at which it was applied at the latest, growing. */
    NavigableMap<Long, Long> times() {
        TreeMap<Long, Long> times = new TreeMap<>();
        long least = Long.MAX_VALUE;
        TreeMap<Long, Boolean> all = new TreeMap<>();
        commits.keySet().forEach(revision -> all.put(revision, true));
        knownAt.keySet().forEach(revision -> all.put(revision, true));
        for (long revision : all.descendingKeySet()) {
            least = Math.min(least, knownAt.getOrDefault(revision, Long.MAX_VALUE));
            times.put(revision, least);
        }
        return times;
    }

    private static boolean writes(Commit commit) {
        return !written(commit).isEmpty();
    }

    /** What was put: a deletion of what was not there is in the commit and not in the changes. */
    private static List<String> written(Commit commit) {
        List<String> written = new ArrayList<>();
        for (Operation operation : commit.operations()) {
            if (operation instanceof Operation.Put) {
                written.add(operation.key());
            }
        }
        written.sort(null);
        return written;
    }

    private static Commit commit(Map<String, Object> line) {
        List<Condition> conditions = new ArrayList<>();
        for (String key : texts(line, "conditions")) {
            conditions.add(new Condition.Unchanged(key, 0));
        }
        List<Operation> operations = new ArrayList<>();
        List<String> writes = texts(line, "writes");
        for (int i = 0; i < writes.size(); i += 2) {
            operations.add(new Operation.Put(writes.get(i), Bytes.utf8(writes.get(i + 1))));
        }
        for (String key : texts(line, "deletes")) {
            operations.add(new Operation.Delete(key));
        }
        return new Commit(null, conditions, operations);
    }

    static long number(Map<String, Object> line, String name) {
        return line.get(name) instanceof Long value ? value : 0;
    }

    static List<String> texts(Map<String, Object> line, String name) {
        List<String> texts = new ArrayList<>();
        if (line.get(name) instanceof List<?> list) {
            list.forEach(text -> texts.add(String.valueOf(text)));
        }
        return texts;
    }
}
