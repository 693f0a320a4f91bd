package dev.roster.store;

import dev.roster.Change;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a store is, in its simplest form: a map, a revision, a bounded list of changes. {@link
 * MemoryStore} puts a lock around it, the simulation puts faults around it, and other stores are
 * compared with it. Not safe for use by many threads.
 */
public final class KeyValueModel {
    private final int changesKept;
    private final TreeMap<String, Entry> entries = new TreeMap<>(Utf8Order.COMPARATOR);
    private final List<Change> changes = new ArrayList<>();
    private StoreIdentity identity;
    private long revision;
    private long compacted;

    /**
     * An empty store.
     *
     * @param changesKept how many changes a watch can go back
     */
    public KeyValueModel(StoreIdentity identity, int changesKept) {
        this.identity = identity;
        this.changesKept = changesKept;
    }

    /** A copy that shares nothing, to go back to later. */
    public KeyValueModel copy(StoreIdentity newIdentity) {
        KeyValueModel copy = new KeyValueModel(newIdentity, changesKept);
        copy.entries.putAll(entries);
        copy.changes.addAll(changes);
        copy.revision = revision;
        copy.compacted = compacted;
        return copy;
    }

    /** See {@link Store#read}. */
    public Snapshot read(Range range) {
        String to = range.to();
        NavigableMap<String, Entry> part =
                to == null
                        ? entries.tailMap(range.from(), true)
                        : Utf8Order.compare(range.from(), to) >= 0
                                ? new TreeMap<>()
                                : entries.subMap(range.from(), true, to, false);
        List<Entry> found = new ArrayList<>();
        for (Entry entry : part.values()) {
            if (found.size() >= range.atMost()) {
                break;
            }
            found.add(entry);
        }
        return new Snapshot(found, revision, identity);
    }

    /** See {@link Store#commit}; never unknown. */
    public CommitResult commit(Commit commit) {
        if (commit.store() != null && !commit.store().equals(identity)) {
            return new CommitResult.OtherStore(identity);
        }
        List<String> failed = new ArrayList<>();
        List<Entry> found = new ArrayList<>();
        for (Condition condition : commit.conditions()) {
            Entry entry = entries.get(condition.key());
            boolean holds =
                    switch (condition) {
                        case Condition.Absent absent -> entry == null;
                        case Condition.Unchanged unchanged ->
                                entry != null && entry.modified() == unchanged.modified();
                    };
            if (!holds) {
                failed.add(condition.key());
                if (entry != null) {
                    found.add(entry);
                }
            }
        }
        if (!failed.isEmpty()) {
            return new CommitResult.Refused(failed, found);
        }
        apply(commit.operations());
        return new CommitResult.Applied(revision);
    }

    private void apply(List<Operation> operations) {
        long next = revision + 1;
        for (Operation operation : operations) {
            switch (operation) {
                case Operation.Put put -> {
                    Entry old = entries.get(put.key());
                    Entry now =
                            new Entry(
                                    put.key(),
                                    put.value(),
                                    old == null ? next : old.created(),
                                    next);
                    entries.put(put.key(), now);
                    record(new Change(put.key(), now, next));
                }
                case Operation.Delete delete -> {
                    if (entries.remove(delete.key()) != null) {
                        record(new Change(delete.key(), null, next));
                    }
                }
            }
        }
    }

    private void record(Change change) {
        revision = change.revision();
        changes.add(change);
        if (changes.size() > 2 * changesKept) {
            // Whole commits only: a watch that starts at "compacted" misses nothing.
            compactTo(changes.get(changes.size() - changesKept).revision() - 1);
        }
    }

    /** Forgets the changes up to {@code upTo}; watches that have not read them must read again. */
    public void compactTo(long upTo) {
        changes.subList(0, indexAfter(upTo)).clear();
        compacted = Math.max(compacted, upTo);
    }

    /** The changes after a revision, or null when they are compacted or the revision is ahead. */
    public @Nullable List<Change> changesAfter(Range range, long after) {
        if (after < compacted || after > revision) {
            return null;
        }
        List<Change> found = new ArrayList<>();
        for (Change change : changes.subList(indexAfter(after), changes.size())) {
            if (range.contains(change.key())) {
                found.add(change);
            }
        }
        return found;
    }

    /** The index of the first change with a revision above {@code after}. */
    private int indexAfter(long after) {
        int low = 0;
        int high = changes.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (changes.get(middle).revision() <= after) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The revision of the last commit that changed something. */
    public long revision() {
        return revision;
    }

    /** Which life of the store this is. */
    public StoreIdentity identity() {
        return identity;
    }
}
