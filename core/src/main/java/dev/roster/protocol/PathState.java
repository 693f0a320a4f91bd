package dev.roster.protocol;

import dev.roster.Bytes;
import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.StoreIdentity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is known of some entries of a store, from readings in pages and the changes since, and what
 * is new of them. For one caller at a time.
 *
 * <p>Each page of a reading is of a later revision than the one before, and changes are followed
 * from the revision of the first. So a change is passed over if the page in which its key lies was
 * read at its revision or later: then the page had it. Nothing is told twice, and nothing is left
 * out. A reading that follows another one tells what is different, and what is gone. Of a store
 * that is another one by now, revisions say nothing: everything that is there is told as written
 * again, but what is known to hold the same.
 */
public final class PathState {
    /** Something that is new. */
    public sealed interface Told {
        /** It is there; told by a first reading only. */
        record Listed(Entry entry) implements Told {}

        /** It was made. */
        record Created(Entry entry) implements Told {}

        /**
         * It was written again.
         *
         * @param before what it held, null if that is not kept
         */
        record Updated(Entry entry, @Nullable Entry before) implements Told {}

        /**
         * It was deleted.
         *
         * @param revision at which it was, or at which it was noticed
         * @param before what it held, null if that is not kept
         */
        record Deleted(String key, long revision, @Nullable Entry before) implements Told {}
    }

    /**
     * A page of the latest reading.
     *
     * @param upTo the last key that it covers, null for all that are left
     */
    private record Page(@Nullable String upTo, long revision) {}

    private final Comparator<String> order;
    private final Predicate<String> belongs;
    private final boolean keepsValues;
    private final Map<String, Entry> known = new LinkedHashMap<>();
    private final List<Page> pages = new ArrayList<>();
    private boolean isFirst = true;
    private boolean isReading;
    private long position = -1;
    private @Nullable StoreIdentity store;

    /** What is known from another life of the store: there a revision is another commit's. */
    private final Set<String> foreign = new LinkedHashSet<>();

    /**
     * The keys that were known when a reading began or went on, in order; null if others came
     * since. Order is needed for readings alone, and these are few: changes do not pay for it.
     */
    private @Nullable List<String> sorted;

    /**
     * Nothing is known yet.
     *
     * @param order of the store's keys
     * @param belongs which keys this is about
     * @param keepsValues whether what an entry held before is told
     */
    public PathState(Comparator<String> order, Predicate<String> belongs, boolean keepsValues) {
        this.order = order;
        this.belongs = belongs;
        this.keepsValues = keepsValues;
    }

    /** Up to which revision all changes are known, −1 before the first reading. */
    public long position() {
        return position;
    }

    /** The store of which everything is known, null before the first reading. */
    public @Nullable StoreIdentity store() {
        return store;
    }

    /** Begins a reading anew that was begun on another store. */
    public void abandon() {
        isReading = false;
    }

    /** The entries that are there, without their values unless they are kept. */
    public Map<String, Entry> known() {
        return Collections.unmodifiableMap(known);
    }

    /**
     * Takes in the next page of a reading.
     *
     * @param entries in order
     * @param upTo the last key that it covers, null if it is the last one
     * @param from the store that was read
     */
    public List<Told> page(
            List<Entry> entries, long revision, @Nullable String upTo, StoreIdentity from) {
        if (!from.equals(store)) {
            store = from;
            foreign.addAll(known.keySet());
        }
        if (!isReading) {
            isReading = true;
            sorted = null;
            pages.clear();
            position = revision;
        }
        @Nullable String after = pages.isEmpty() ? null : pages.getLast().upTo();
        pages.add(new Page(upTo, revision));
        Set<String> missing = new LinkedHashSet<>(between(after, upTo));
        TreeMap<String, List<Told>> news = new TreeMap<>(order);
        for (Entry entry : entries) {
            if (belongs.test(entry.key())) {
                missing.remove(entry.key());
                news.put(entry.key(), met(entry));
            }
        }
        for (String key : missing) {
            foreign.remove(key);
            Entry before = known.remove(key);
            if (before != null) {
                news.put(key, List.of(new Told.Deleted(key, revision, kept(before))));
            }
        }
        List<Told> told = new ArrayList<>();
        news.values().forEach(told::addAll);
        if (upTo == null) {
            isReading = false;
            isFirst = false;
        }
        return told;
    }

    /** What a reading found: nothing new, if it is known as it is. */
    private List<Told> met(Entry entry) {
        Entry before = known.put(entry.key(), keepsValues ? entry : withoutValue(entry));
        if (before == null) {
            return List.of(isFirst ? new Told.Listed(entry) : new Told.Created(entry));
        }
        boolean isForeign = foreign.remove(entry.key());
        if (isForeign && !(keepsValues && before.value().equals(entry.value()))) {
            return List.of(new Told.Updated(entry, kept(before)));
        }
        if (before.created() != entry.created()) {
            return List.of(
                    new Told.Deleted(entry.key(), entry.created(), kept(before)),
                    new Told.Created(entry));
        }
        return before.modified() == entry.modified()
                ? List.of()
                : List.of(new Told.Updated(entry, kept(before)));
    }

    /** The known keys behind one, up to another and with it. */
    private List<String> between(@Nullable String after, @Nullable String upTo) {
        List<String> keys = sorted;
        if (keys == null) {
            keys = new ArrayList<>(known.keySet());
            keys.sort(order);
            sorted = keys;
        }
        int from = after == null ? 0 : countUpTo(keys, after);
        return keys.subList(from, upTo == null ? keys.size() : countUpTo(keys, upTo));
    }

    private int countUpTo(List<String> keys, String last) {
        int at = Collections.binarySearch(keys, last, order);
        return at < 0 ? -at - 1 : at + 1;
    }

    /**
     * Takes in changes.
     *
     * @param revision all changes up to this one have been told
     */
    public List<Told> change(List<Change> changes, long revision) {
        List<Told> told = new ArrayList<>();
        for (Change change : changes) {
            if (belongs.test(change.key()) && !isRead(change)) {
                changed(change, told);
            }
        }
        position = Math.max(position, revision);
        if (!pages.isEmpty() && position >= pages.getLast().revision()) {
            pages.clear();
        }
        return told;
    }

    /** Whether the latest reading has shown what a change made. */
    private boolean isRead(Change change) {
        for (Page page : pages) {
            String upTo = page.upTo();
            if (upTo == null || order.compare(change.key(), upTo) <= 0) {
                return change.revision() <= page.revision();
            }
        }
        return false;
    }

    private void changed(Change change, List<Told> told) {
        Entry now = change.now();
        foreign.remove(change.key());
        sorted = null;
        if (now == null) {
            Entry before = known.remove(change.key());
            if (before != null) {
                told.add(new Told.Deleted(change.key(), change.revision(), kept(before)));
            }
            return;
        }
        Entry before = known.put(now.key(), keepsValues ? now : withoutValue(now));
        told.add(before == null ? new Told.Created(now) : new Told.Updated(now, kept(before)));
    }

    private @Nullable Entry kept(Entry before) {
        return keepsValues ? before : null;
    }

    private static Entry withoutValue(Entry entry) {
        return new Entry(entry.key(), Bytes.EMPTY, entry.created(), entry.modified());
    }
}
