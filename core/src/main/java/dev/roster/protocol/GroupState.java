package dev.roster.protocol;

import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a member knows of its group's records: the last reading, the changes told since, and the
 * member's own commits, which it knows of before it is told. A record that cannot be read is
 * reported and counts as absent, but for those that everybody needs (view, plan, era, owners): they
 * count as empty, and the next writer replaces them.
 */
final class GroupState {
    private record OwnCommit(long revision, List<Operation> operations) {}

    /** Told of a record that cannot be read. */
    interface CorruptionListener {
        void corrupt(String storeKey, String why);
    }

    private final Layout layout;
    private final CorruptionListener corruptions;
    private final Map<String, Long> reported = new LinkedHashMap<>();
    private final ArrayDeque<OwnCommit> own = new ArrayDeque<>();
    private final TreeMap<String, Long> ahead = new TreeMap<>();
    private final TreeMap<String, DivisionState> divisions = new TreeMap<>();
    private @Nullable List<String> ranked;
    private long told;

    /** Whether what is told again counts again: a mistake. */
    private final boolean replays;

    /** Whether there was a reading. */
    boolean loaded;

    /** Whether members, era, view or acknowledgements changed since somebody looked. */
    boolean changed;

    /** The largest revision seen. */
    long highest;

    @Nullable Held<EraRecord> era;
    @Nullable Held<GroupRecord> group;
    @Nullable Held<ViewRecord> view;

    /** The largest generation seen. */
    long highestGeneration;

    final TreeMap<String, Held<MemberRecord>> members = new TreeMap<>();

    /** Incarnations whose record cannot be read, with its revision: they are no members. */
    final TreeMap<String, Long> unreadableMembers = new TreeMap<>();

    final TreeMap<String, Long> acks = new TreeMap<>();

    GroupState(Layout layout, boolean replays, CorruptionListener corruptions) {
        this.layout = layout;
        this.replays = replays;
        this.corruptions = corruptions;
    }

    /** The records of a division; they are known after the next reading. */
    DivisionState division(String name) {
        return divisions.computeIfAbsent(name, unused -> new DivisionState(layout.division(name)));
    }

    /** Takes in a reading. */
    void read(List<Entry> entries, long revision) {
        loaded = true;
        changed = true;
        ranked = null;
        told = revision;
        era = null;
        group = null;
        view = null;
        members.clear();
        unreadableMembers.clear();
        acks.clear();
        for (DivisionState division : divisions.values()) {
            division.clear();
        }
        for (Entry entry : entries) {
            apply(entry.key(), entry);
        }
        ahead.clear();
        dropOwn(revision);
        for (OwnCommit commit : own) {
            applyOperations(commit);
        }
    }

    /** Forgets everything of another life of the store. */
    void forget() {
        own.clear();
        ahead.clear();
        highest = 0;
        loaded = false;
    }

    /** Takes in changes. */
    void change(List<Change> changes, long revision) {
        for (Change change : changes) {
            if (change.revision() <= told && !replays) {
                // Told before: a watch may repeat itself.
                continue;
            }
            Long known = ahead.get(change.key());
            if (known == null || known < change.revision()) {
                apply(change.key(), change.now());
            }
        }
        told = Math.max(told, revision);
        highest = Math.max(highest, revision);
        dropOwn(told);
    }

    /** Whether all changes up to a revision have been told or read. */
    boolean isTold(long revision) {
        return revision <= told;
    }

    /** Takes in an own commit that was applied. */
    void applied(List<Operation> operations, long revision) {
        highest = Math.max(highest, revision);
        if (revision <= told) {
            return;
        }
        OwnCommit commit = new OwnCommit(revision, operations);
        own.add(commit);
        applyOperations(commit);
    }

    private void applyOperations(OwnCommit commit) {
        for (Operation operation : commit.operations()) {
            String key = operation.key();
            Long known = ahead.get(key);
            if (known != null && known >= commit.revision()) {
                continue;
            }
            ahead.put(key, commit.revision());
            switch (operation) {
                // A key that exists keeps its creation; only members' creation matters, and they
                // are written once.
                case Operation.Put put ->
                        apply(
                                key,
                                new Entry(key, put.value(), commit.revision(), commit.revision()));
                case Operation.Delete delete -> apply(key, null);
            }
        }
    }

    private void dropOwn(long upTo) {
        while (!own.isEmpty() && own.getFirst().revision() <= upTo) {
            for (Operation operation : own.removeFirst().operations()) {
                Long known = ahead.get(operation.key());
                if (known != null && known <= upTo) {
                    ahead.remove(operation.key());
                }
            }
        }
    }

    private void apply(String storeKey, @Nullable Entry entry) {
        if (!storeKey.startsWith(layout.prefix())) {
            return;
        }
        highest = Math.max(highest, entry == null ? 0 : entry.modified());
        String path = storeKey.substring(layout.prefix().length());
        try {
            if (path.startsWith("d/")) {
                applyToDivision(storeKey, entry);
            } else {
                changed = true;
                ranked = null;
                applyToGroup(path, entry);
            }
        } catch (CorruptRecordException e) {
            long modified = entry == null ? 0 : entry.modified();
            Long before = reported.put(storeKey, modified);
            if (before == null || before != modified) {
                corruptions.corrupt(storeKey, String.valueOf(e.getMessage()));
            }
        }
    }

    private void applyToDivision(String storeKey, @Nullable Entry entry)
            throws CorruptRecordException {
        for (DivisionState division : divisions.values()) {
            String path = division.pathOf(storeKey);
            if (path != null) {
                division.apply(path, entry);
                return;
            }
        }
    }

    private void applyToGroup(String path, @Nullable Entry entry) throws CorruptRecordException {
        if (path.startsWith("m/")) {
            String incarnation = path.substring(2);
            members.remove(incarnation);
            unreadableMembers.remove(incarnation);
            if (entry != null) {
                unreadableMembers.put(incarnation, entry.modified());
                members.put(incarnation, held(entry, MemberRecord.parse(entry.value())));
                unreadableMembers.remove(incarnation);
            }
        } else if (path.startsWith("a/")) {
            acks.remove(path.substring(2));
            if (entry != null) {
                acks.put(path.substring(2), AckRecord.parse(entry.value()).generation());
            }
        } else if (path.equals("view")) {
            view = entry == null ? null : held(entry, ViewRecord.NONE);
            if (entry != null) {
                view = held(entry, ViewRecord.parse(entry.value()));
                highestGeneration = Math.max(highestGeneration, view.value().generation());
            }
        } else if (path.equals("era")) {
            era = entry == null ? null : held(entry, new EraRecord(-1, "", false));
            if (entry != null) {
                era = held(entry, EraRecord.parse(entry.value()));
            }
        } else if (path.equals("group")) {
            group = entry == null ? null : held(entry, GroupRecord.UNREADABLE);
            if (entry != null) {
                group = held(entry, GroupRecord.parse(entry.value()));
            }
        }
    }

    /** The members of this era, oldest first: the order in which they rank. */
    List<String> ranked() {
        if (ranked == null) {
            ranked = rank();
        }
        return ranked;
    }

    private List<String> rank() {
        List<Held<MemberRecord>> live = new ArrayList<>();
        for (Held<MemberRecord> member : members.values()) {
            if (member.value().era() == eraOrdinal()) {
                live.add(member);
            }
        }
        live.sort(
                Comparator.<Held<MemberRecord>>comparingLong(Held::created)
                        .thenComparing(member -> member.value().incarnation()));
        List<String> incarnations = new ArrayList<>(live.size());
        for (Held<MemberRecord> member : live) {
            incarnations.add(member.value().incarnation());
        }
        return List.copyOf(incarnations);
    }

    /** Whether an incarnation is a member, of this era. */
    boolean isLive(String incarnation) {
        Held<MemberRecord> member = members.get(incarnation);
        return member != null && member.value().era() == eraOrdinal();
    }

    long eraOrdinal() {
        Held<EraRecord> known = era;
        return known == null ? -1 : known.value().ordinal();
    }

    boolean eraSettled() {
        Held<EraRecord> known = era;
        return known != null && known.value().settled();
    }

    private static <T> Held<T> held(Entry entry, T value) {
        return new Held<>(value, entry.created(), entry.modified());
    }
}
