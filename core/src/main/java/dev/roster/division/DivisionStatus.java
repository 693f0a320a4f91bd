package dev.roster.division;

import dev.roster.Affinity;
import dev.roster.Entry;
import dev.roster.Limits;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.DivisionRecord;
import dev.roster.protocol.Layout;
import dev.roster.protocol.MemberRecord;
import dev.roster.protocol.OwnerRecord;
import dev.roster.protocol.ParticipantRecord;
import dev.roster.protocol.Partitions;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Utf8Order;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A division as the store has it at one moment, for anybody who looks, member or not. Immutable.
 *
 * @param division its name
 * @param partitions how many partitions a key space has, 0 for a key list
 * @param policy how affinities become shares of a key list
 * @param participants the members that take part, by name
 * @param keys its keys or partitions, in order
 * @param changes the last changes of its plan, oldest first
 */
public record DivisionStatus(
        String division,
        int partitions,
        Affinity.Policy policy,
        List<Participant> participants,
        List<KeyState> keys,
        List<PlanChange> changes) {
    public DivisionStatus {
        participants = List.copyOf(participants);
        keys = List.copyOf(keys);
        changes = List.copyOf(changes);
    }

    /**
     * A member's part.
     *
     * @param incarnation which member
     * @param name what it calls itself
     * @param affinity how reluctant it is to take more
     * @param weight its share of a key space
     * @param atMost most keys that it holds at once, 0 for no limit
     * @param draining whether it gives up everything
     * @param held how many keys it owns
     */
    public record Participant(
            String incarnation,
            String name,
            long affinity,
            long weight,
            int atMost,
            boolean draining,
            int held) {}

    /** Reads a division; one that nobody knows is empty. */
    public static DivisionStatus read(Store store, String group, String division) {
        Layout records = new Layout(Limits.checkedName("group name", group));
        Layout.Division layout = records.division(Limits.checkedName("division name", division));
        TreeMap<String, Entry> all = new TreeMap<>(Utf8Order.COMPARATOR);
        for (Entry entry : store.read(Range.prefix(layout.prefix())).entries()) {
            all.put(entry.key(), entry);
        }
        // After the owners, so that one who joined in between is known.
        Set<String> members = new TreeSet<>();
        for (Entry entry : store.read(Range.prefix(records.members())).entries()) {
            members.add(entry.key().substring(records.members().length()));
        }
        DivisionRecord record = settings(all.get(layout.division()));
        List<KeyState> keys = new ArrayList<>();
        for (String key : keys(all, layout, record.partitions())) {
            keys.add(
                    KeyStates.of(
                            key,
                            all.get(layout.key(key)),
                            all.get(layout.target(key)),
                            all.get(layout.owner(key)),
                            members));
        }
        return new DivisionStatus(
                division,
                record.partitions(),
                record.policy(),
                participants(all, layout),
                keys,
                PlanChange.of(below(all, layout.changes()).values()));
    }

    /** How many keys are in a state. */
    public long count(KeyState.State state) {
        return keys.stream().filter(key -> key.state() == state).count();
    }

    private static DivisionRecord settings(@Nullable Entry entry) {
        DivisionRecord unknown = new DivisionRecord(0, Affinity.Policy.LEVEL);
        try {
            return entry == null ? unknown : DivisionRecord.parse(entry.value());
        } catch (CorruptRecordException e) {
            return unknown;
        }
    }

    private static List<String> keys(
            TreeMap<String, Entry> all, Layout.Division layout, int partitions) {
        if (partitions == 0) {
            return List.copyOf(below(all, layout.keys()).keySet());
        }
        List<String> keys = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            keys.add(Partitions.key(partition, partitions));
        }
        return keys;
    }

    private static List<Participant> participants(
            TreeMap<String, Entry> all, Layout.Division layout) {
        Map<String, Integer> held = new TreeMap<>();
        for (Entry owner : below(all, layout.owners()).values()) {
            try {
                held.merge(OwnerRecord.parse(owner.value()).incarnation(), 1, Integer::sum);
            } catch (CorruptRecordException e) {
                // Nobody holds a key whose owner cannot be read; the members report it.
            }
        }
        List<Participant> participants = new ArrayList<>();
        below(all, layout.participants())
                .forEach((incarnation, entry) -> {
                    try {
                        ParticipantRecord part = ParticipantRecord.parse(entry.value());
                        participants.add(
                                new Participant(
                                        incarnation,
                                        MemberRecord.nameOf(incarnation),
                                        part.affinity(),
                                        part.weight(),
                                        part.atMost(),
                                        part.draining(),
                                        held.getOrDefault(incarnation, 0)));
                    } catch (CorruptRecordException e) {
                        // As above.
                    }
                });
        participants.sort(Comparator.comparing(Participant::name));
        return participants;
    }

    /** The entries below a prefix, by what follows it. */
    private static TreeMap<String, Entry> below(TreeMap<String, Entry> all, String prefix) {
        TreeMap<String, Entry> found = new TreeMap<>(Utf8Order.COMPARATOR);
        for (Map.Entry<String, Entry> one : all.tailMap(prefix).entrySet()) {
            if (!one.getKey().startsWith(prefix)) {
                break;
            }
            found.put(one.getKey().substring(prefix.length()), one.getValue());
        }
        return found;
    }
}
