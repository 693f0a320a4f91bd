package dev.roster.group;

import dev.roster.Bytes;
import dev.roster.Entry;
import dev.roster.Limits;
import dev.roster.protocol.AckRecord;
import dev.roster.protocol.BeatRecord;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.GroupRecord;
import dev.roster.protocol.Layout;
import dev.roster.protocol.MemberRecord;
import dev.roster.protocol.ViewRecord;
import dev.roster.store.Range;
import dev.roster.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A group as the store has it, for anybody who looks, member or not. Immutable.
 *
 * @param group its name
 * @param lease the lease that all members have; empty before the first joined
 * @param generation the latest view's number, 0 before the first
 * @param agreed whether every member of the view before has acknowledged the latest, or is gone
 * @param members by slot, then those without one
 * @param divisions names of the divisions that have keys or members
 */
public record GroupStatus(
        String group,
        Optional<Duration> lease,
        long generation,
        boolean agreed,
        List<MemberStatus> members,
        List<String> divisions) {
    public GroupStatus {
        members = List.copyOf(members);
        divisions = List.copyOf(divisions);
    }

    /** The names of the groups in a store, in order. */
    public static List<String> groups(Store store) {
        return distinct(store, Layout.groups(), Layout::groupOf, name -> new Layout(name).prefix());
    }

    /** Reads a group; one that nobody joined is empty. */
    public static GroupStatus read(Store store, String group) {
        Layout layout = new Layout(Limits.checkedName("group name", group));
        Optional<Duration> lease = Optional.empty();
        ViewRecord view = new ViewRecord(0, List.of(), List.of());
        try {
            Bytes record = value(store, layout.group());
            if (record != null) {
                lease = Optional.of(Duration.ofMillis(GroupRecord.parse(record).leaseMillis()));
            }
            record = value(store, layout.view());
            if (record != null) {
                view = ViewRecord.parse(record);
            }
        } catch (CorruptRecordException e) {
            // The members report it; a look at what can be read is still worth something.
        }
        List<MemberStatus> members = new ArrayList<>();
        for (Entry entry : store.read(Range.prefix(layout.members())).entries()) {
            try {
                members.add(member(store, layout, view, MemberRecord.parse(entry.value())));
            } catch (CorruptRecordException e) {
                // As above.
            }
        }
        members.sort(
                Comparator.comparingInt((MemberStatus one) -> one.slot().orElse(Integer.MAX_VALUE))
                        .thenComparing(MemberStatus::joined));
        return new GroupStatus(
                group,
                lease,
                view.generation(),
                agreed(store, layout, view, members),
                members,
                distinct(
                        store,
                        layout.divisions(),
                        layout::divisionOf,
                        name -> layout.division(name).prefix()));
    }

    private static MemberStatus member(
            Store store, Layout layout, ViewRecord view, MemberRecord record)
            throws CorruptRecordException {
        Bytes beat = value(store, layout.beat(record.incarnation()));
        BeatRecord last = beat == null ? new BeatRecord(0, 0) : BeatRecord.parse(beat);
        int slot = view.members().indexOf(record.incarnation());
        return new MemberStatus(
                record.incarnation(),
                record.name(),
                slot < 0 ? OptionalInt.empty() : OptionalInt.of(slot),
                record.version(),
                record.replaces(),
                record.metadata(),
                Instant.ofEpochMilli(record.joinedMillis()),
                last.number(),
                Instant.ofEpochMilli(last.wallMillis()));
    }

    private static boolean agreed(
            Store store, Layout layout, ViewRecord view, List<MemberStatus> members) {
        TreeSet<String> live = new TreeSet<>();
        members.forEach(one -> live.add(one.incarnation()));
        for (String before : view.previous()) {
            Bytes ack = live.contains(before) ? value(store, layout.ack(before)) : null;
            if (live.contains(before) && (ack == null || !acknowledges(ack, view.generation()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean acknowledges(Bytes ack, long generation) {
        try {
            return AckRecord.parse(ack).generation() >= generation;
        } catch (CorruptRecordException e) {
            return false;
        }
    }

    private static @Nullable Bytes value(Store store, String key) {
        List<Entry> found = store.read(Range.key(key)).entries();
        return found.isEmpty() ? null : found.getFirst().value();
    }

    private interface Naming {
        String of(String text);
    }

    /** The names below a prefix, by one small reading for each. */
    private static List<String> distinct(
            Store store, String prefix, Naming nameOf, Naming prefixOf) {
        List<String> names = new ArrayList<>();
        Range rest = Range.prefix(prefix).limit(1);
        while (true) {
            List<Entry> found = store.read(rest).entries();
            if (found.isEmpty()) {
                return names;
            }
            String name = nameOf.of(found.getFirst().key());
            names.add(name);
            String next = Range.prefix(prefixOf.of(name)).to();
            if (next == null) {
                return names;
            }
            rest = new Range(next, rest.to(), 1);
        }
    }
}
