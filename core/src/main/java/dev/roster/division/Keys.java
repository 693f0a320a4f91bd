package dev.roster.division;

import dev.roster.Affinity;
import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.IndeterminateException;
import dev.roster.Limits;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.KeyRecord;
import dev.roster.protocol.Layout;
import dev.roster.protocol.ParticipantRecord;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Utf8Order;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a key list: what there is to do. Anybody who reaches the store may add, remove and
 * look, member or not. All methods block; all may be repeated without harm, so after an {@link
 * IndeterminateException} the answer is to call again.
 */
public final class Keys {
    private static final int TRIES = 20;

    private final Store store;
    private final Layout group;
    private final Layout.Division layout;

    private Keys(Store store, Layout group, String division) {
        this.store = store;
        this.group = group;
        this.layout = group.division(division);
    }

    /** The keys of one division of a group. */
    public static Keys of(Store store, String group, String division) {
        Limits.checkedName("group name", group);
        Limits.checkedName("division name", division);
        return new Keys(store, new Layout(group), division);
    }

    /** Adds a key; one that is there, done or not, stays as it is. */
    public void add(String key) {
        add(List.of(key));
    }

    /**
     * Adds keys, in as few commits as the store allows; those that are there stay as they are.
     *
     * @return how many were new
     * @throws dev.roster.InvalidInputException a key breaks a limit; nothing was written
     */
    public int add(Collection<String> keys) {
        LinkedHashSet<String> wanted = new LinkedHashSet<>();
        for (String key : keys) {
            wanted.add(Limits.checkedKey(key));
        }
        int added = 0;
        for (List<String> part : parts(wanted, store.limits().operations())) {
            added += addPart(part);
        }
        return added;
    }

    private int addPart(List<String> part) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            TreeSet<String> known = new TreeSet<>(names(part));
            List<Condition> conditions = new ArrayList<>();
            List<Operation> operations = new ArrayList<>();
            for (String key : part) {
                if (!known.contains(key)) {
                    conditions.add(new Condition.Absent(layout.key(key)));
                    operations.add(new Operation.Put(layout.key(key), KeyRecord.NEW.toBytes()));
                }
            }
            if (operations.isEmpty() || applied(conditions, operations)) {
                return operations.size();
            }
        }
        throw busy();
    }

    /** Which of these keys there are, by one reading of the range that holds them. */
    private List<String> names(Collection<String> part) {
        TreeSet<String> sorted = new TreeSet<>(Utf8Order.COMPARATOR);
        sorted.addAll(part);
        Range range =
                new Range(
                        layout.key(sorted.getFirst()),
                        layout.key(sorted.getLast()) + "\0",
                        Integer.MAX_VALUE);
        List<String> found = new ArrayList<>();
        for (Entry entry : store.read(range).entries()) {
            found.add(entry.key().substring(layout.keys().length()));
        }
        return found;
    }

    /**
     * Removes a key, whatever its state; work on it is stopped.
     *
     * @return whether it was there
     */
    public boolean remove(String key) {
        Limits.checkedKey(key);
        return remove(List.of(key)) > 0;
    }

    /** Removes keys; returns how many were there. */
    public int remove(Collection<String> keys) {
        int removed = 0;
        for (List<String> part : parts(keys, store.limits().operations())) {
            removed += change(part, record -> null);
        }
        return removed;
    }

    /** Removes all keys that begin with {@code prefix}; returns how many there were. */
    public int removePrefix(String prefix) {
        return remove(list(prefix));
    }

    /** All keys that begin with {@code prefix}, in order; "" for all. */
    public List<String> list(String prefix) {
        List<String> found = new ArrayList<>();
        for (Entry entry : store.read(Range.prefix(layout.key(prefix))).entries()) {
            found.add(entry.key().substring(layout.keys().length()));
        }
        return found;
    }

    /** Lets keys that failed, or are done, be worked on again; returns how many there were. */
    public int retry(Collection<String> keys) {
        int changed = 0;
        for (List<String> part : parts(keys, store.limits().operations())) {
            changed +=
                    change(
                            part,
                            record ->
                                    record.state() == KeyRecord.State.WANTED
                                            ? record
                                            : KeyRecord.NEW);
        }
        return changed;
    }

    /** Makes the owner of each key give it up, for another member; returns how many had one. */
    public int release(Collection<String> keys) {
        int released = 0;
        for (String key : new TreeSet<>(keys)) {
            Entry owner = one(layout.owner(key));
            Entry target = one(layout.target(key));
            if (owner == null || target == null) {
                continue;
            }
            boolean applied =
                    applied(
                            List.of(Condition.unchanged(owner), Condition.unchanged(target)),
                            List.of(
                                    new Operation.Put(layout.returned(key), target.value()),
                                    new Operation.Delete(layout.target(key))));
            released += applied ? 1 : 0;
        }
        return released;
    }

    /**
     * Gives a key that has an owner to another member: the owner stops its work, and that one goes
     * on. There it stays until the division is balanced anew, when members come or go.
     *
     * @param incarnation {@link dev.roster.group.Member#incarnation} of that member
     * @return whether it goes there: it has an owner, and that member takes keys of this division
     */
    public boolean give(String key, String incarnation) {
        Limits.checkedKey(key);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Entry owner = one(layout.owner(key));
            Entry target = one(layout.target(key));
            Entry part = one(layout.participant(incarnation));
            if (owner == null || target == null || part == null || !takesKeys(part)) {
                return false;
            }
            Bytes to = Bytes.utf8(incarnation);
            if (target.value().equals(to)
                    || applied(
                            List.of(
                                    Condition.unchanged(owner),
                                    Condition.unchanged(target),
                                    Condition.unchanged(part)),
                            List.of(new Operation.Put(layout.target(key), to)))) {
                return true;
            }
        }
        throw busy();
    }

    private static boolean takesKeys(Entry participant) {
        try {
            ParticipantRecord part = ParticipantRecord.parse(participant.value());
            return !part.draining() && part.affinity() != Affinity.NONE;
        } catch (CorruptRecordException e) {
            return false;
        }
    }

    /** One key. */
    public Optional<KeyState> state(String key) {
        Limits.checkedKey(key);
        Entry entry = one(layout.key(key));
        return entry == null
                ? Optional.empty()
                : Optional.of(
                        KeyStates.of(
                                key,
                                entry,
                                one(layout.target(key)),
                                one(layout.owner(key)),
                                members()));
    }

    /** All keys that begin with {@code prefix}, in order, as they were together. */
    public List<KeyState> states(String prefix) {
        Map<String, Entry> all = new TreeMap<>();
        for (Entry entry : store.read(Range.prefix(layout.prefix())).entries()) {
            all.put(entry.key(), entry);
        }
        Set<String> members = members();
        List<KeyState> states = new ArrayList<>();
        for (Map.Entry<String, Entry> entry : all.entrySet()) {
            if (entry.getKey().startsWith(layout.key(prefix))) {
                String key = entry.getKey().substring(layout.keys().length());
                states.add(
                        KeyStates.of(
                                key,
                                entry.getValue(),
                                all.get(layout.target(key)),
                                all.get(layout.owner(key)),
                                members));
            }
        }
        return states;
    }

    /** The incarnations that are members: what another one is said to own, nobody does. */
    private Set<String> members() {
        Set<String> members = new TreeSet<>();
        for (Entry entry : store.read(Range.prefix(group.members())).entries()) {
            members.add(entry.key().substring(group.members().length()));
        }
        return members;
    }

    /** Rewrites the records of keys that exist; null deletes. Returns how many were changed. */
    private int change(List<String> part, Function<KeyRecord, @Nullable KeyRecord> how) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            List<Condition> conditions = new ArrayList<>();
            List<Operation> operations = new ArrayList<>();
            for (String key : part) {
                Entry entry = one(layout.key(key));
                if (entry == null) {
                    continue;
                }
                KeyRecord before = readable(entry);
                KeyRecord after = how.apply(before);
                if (after == null) {
                    operations.add(new Operation.Delete(layout.key(key)));
                } else if (!after.equals(before)) {
                    operations.add(new Operation.Put(layout.key(key), after.toBytes()));
                } else {
                    continue;
                }
                conditions.add(Condition.unchanged(entry));
            }
            if (operations.isEmpty() || applied(conditions, operations)) {
                return operations.size();
            }
        }
        throw busy();
    }

    private static KeyRecord readable(Entry entry) {
        try {
            return KeyRecord.parse(entry.value());
        } catch (CorruptRecordException e) {
            return new KeyRecord(KeyRecord.State.FAILED, 0, "unreadable", "", 0, 0, 0);
        }
    }

    private @Nullable Entry one(String storeKey) {
        List<Entry> found = store.read(Range.key(storeKey)).entries();
        return found.isEmpty() ? null : found.getFirst();
    }

    private boolean applied(List<Condition> conditions, List<Operation> operations) {
        return switch (store.commit(new Commit(null, conditions, operations))) {
            case CommitResult.Applied applied -> true;
            case CommitResult.Refused refused -> false;
            case CommitResult.OtherStore other -> false;
            case CommitResult.Failed failed ->
                    throw new StoreUnavailableException("Nothing was written: " + failed.why());
            case CommitResult.Unknown unknown ->
                    throw new IndeterminateException(
                            "It is not known whether this took effect (%s). Calling again does no harm."
                                    .formatted(unknown.why()));
        };
    }

    private static StoreUnavailableException busy() {
        return new StoreUnavailableException(
                "Others changed the same keys %d times in a row; try again.".formatted(TRIES));
    }

    private static List<List<String>> parts(Collection<String> keys, int size) {
        List<String> all = new ArrayList<>(new LinkedHashSet<>(keys));
        List<List<String>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            parts.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return parts;
    }
}
