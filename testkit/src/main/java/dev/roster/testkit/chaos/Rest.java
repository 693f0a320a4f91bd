package dev.roster.testkit.chaos;

import dev.roster.Entry;
import dev.roster.division.DivisionStatus;
import dev.roster.division.KeyState;
import dev.roster.group.GroupStatus;
import dev.roster.group.MemberStatus;
import dev.roster.store.Store;
import dev.roster.testkit.witness.StoreKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Waits until a group has come to rest: the store shows that these are its members and own
 * everything, and each of them acts, on its slot and its keys, and has effects in the store.
 */
final class Rest {
    private static final long LOOK_MILLIS = 50;

    private final Store store;
    private final String group;
    private final StoreKeys keys;

    /** The effects that there were when it began to wait, by their revisions. */
    private final Map<String, Long> before = new TreeMap<>();

    private boolean isBegun;
    private String missing = "";

    Rest(Store store, String group) {
        this.store = store;
        this.group = group;
        this.keys = new StoreKeys(group);
    }

    /** How long it took until these were its members and owned everything; empty: too long. */
    Optional<Duration> await(List<String> names, Duration atMost) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            missing = missing(names);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            if (missing.isEmpty()) {
                return Optional.of(took);
            }
            if (took.compareTo(atMost) > 0) {
                return Optional.empty();
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** What was missing to that when it was last looked at. */
    String missing() {
        return missing;
    }

    private String missing(List<String> names) {
        try {
            begin();
            GroupStatus status = GroupStatus.read(store, group);
            List<String> found = new ArrayList<>();
            for (MemberStatus member : status.members()) {
                if (member.slot().isPresent()) {
                    found.add(member.name());
                }
            }
            found.sort(null);
            if (!found.equals(names) || status.members().size() != names.size()) {
                return "the members with slots are %s, the processes %s".formatted(found, names);
            }
            if (!status.agreed()) {
                return "the view is not agreed";
            }
            String inSpace = unowned(Roles.SPACE, Roles.PARTITIONS, names);
            String unowned = inSpace.isEmpty() ? unowned(Roles.LIST, Roles.KEYS, names) : inSpace;
            if (unowned.isEmpty()) {
                unowned = unowned(Roles.QUEUE_DIVISION, Roles.QUEUE_PARTITIONS, names);
            }
            return unowned.isEmpty() ? idle(names) : unowned;
        } catch (RuntimeException e) {
            return "the store does not answer: " + e.getMessage();
        }
    }

    private void begin() {
        if (!isBegun) {
            for (Entry effect : store.read(keys.effects()).entries()) {
                before.put(effect.key(), effect.modified());
            }
            isBegun = true;
        }
    }

    /** Who had no effect since. */
    private String idle(List<String> names) {
        Set<String> acting = new TreeSet<>();
        for (Entry effect : store.read(keys.effects()).entries()) {
            if (before.getOrDefault(effect.key(), 0L) != effect.modified()) {
                acting.add(effect.key());
            }
        }
        for (String name : names) {
            if (!acting.remove(keys.slotEffectKey(name))) {
                return name + " does not act on its slot";
            }
        }
        acting.removeIf(keys::isOfSlot);
        int expected = Roles.PARTITIONS + Roles.KEYS;
        return acting.size() == expected
                ? ""
                : "%d of %d keys are acted on".formatted(acting.size(), expected);
    }

    private String unowned(String division, int keys, List<String> names) {
        DivisionStatus status = DivisionStatus.read(store, group, division);
        Set<String> members = new TreeSet<>(names);
        Set<String> owners = new TreeSet<>();
        int owned = 0;
        for (KeyState key : status.keys()) {
            boolean moving = !key.target().isEmpty() && !key.target().equals(key.owner());
            owned += members.contains(key.owner()) && !moving ? 1 : 0;
            owners.add(key.owner());
        }
        // Who takes part and owns nothing will be given something yet.
        boolean isShared = owners.size() >= Math.min(keys, names.size());
        return owned == keys && isShared && status.participants().size() == names.size()
                ? ""
                : "%d of %d keys of %s are owned".formatted(owned, keys, division);
    }
}
