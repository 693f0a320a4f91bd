package dev.roster.protocol;

import dev.roster.Affinity;
import dev.roster.Bytes;
import dev.roster.Operation;
import dev.roster.protocol.placement.StableHash;
import dev.roster.protocol.placement.StickyQuotaFill;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One planning: from what is known to what should change. Pure.
 *
 * <p>Keys without an owner are placed whenever there are some. Keys that have one move only when
 * the participants are others than those among whom the keys were balanced last, a few at a time,
 * and not while two versions of the program are up: then a leaver's keys go to the member that
 * replaces it, or else to members of the newest version, so that a rolling deploy moves each key
 * once.
 */
final class Placing {
    /**
     * What is to change.
     *
     * @param operations on the targets
     * @param moves what each key's move reads like, {@code from|to}
     * @param reason why
     * @param balancedFor what the plan's head shall say
     * @param balances whether owned keys are moved for balance
     * @param wouldBalance whether they would be if they might
     */
    record Result(
            List<Operation> operations,
            Map<String, String> moves,
            String reason,
            String balancedFor,
            boolean balances,
            boolean wouldBalance) {
        static final Result NOTHING = new Result(List.of(), new TreeMap<>(), "", "", false, false);
    }

    private static final int NOBODY = StickyQuotaFill.NOBODY;

    private final GroupState group;
    private final DivisionState state;
    private final DivisionSettings settings;
    private final Layout.Division layout;
    private final List<String> members = new ArrayList<>();
    private final Map<String, Integer> index = new TreeMap<>();
    private final ParticipantRecord[] parts;
    private final MemberRecord[] records;
    private final boolean[] eligible;
    private final long[] hashes;
    private final boolean mixedVersions;
    private final String participants;
    private final List<String> keys;

    Placing(
            GroupState group,
            DivisionState state,
            DivisionSettings settings,
            Layout.Division layout) {
        this.group = group;
        this.state = state;
        this.settings = settings;
        this.layout = layout;
        for (String incarnation : state.participants.keySet()) {
            if (group.isLive(incarnation)) {
                index.put(incarnation, members.size());
                members.add(incarnation);
            }
        }
        parts = new ParticipantRecord[members.size()];
        records = new MemberRecord[members.size()];
        hashes = new long[members.size()];
        long space = StableHash.of(settings.name(), 0);
        StringBuilder digest = new StringBuilder();
        TreeSet<String> versions = new TreeSet<>();
        String newest = "";
        long newestCreated = -1;
        for (int m = 0; m < members.size(); m++) {
            Held<MemberRecord> member = group.members.get(members.get(m));
            Held<ParticipantRecord> part = state.participants.get(members.get(m));
            if (member == null || part == null) {
                throw new IllegalStateException("A participant vanished while planning.");
            }
            parts[m] = part.value();
            records[m] = member.value();
            hashes[m] = StableHash.of(members.get(m), space);
            if (!parts[m].draining()) {
                digest.append(members.get(m)).append('\n');
                versions.add(records[m].version());
                if (member.created() > newestCreated) {
                    newestCreated = member.created();
                    newest = records[m].version();
                }
            }
        }
        participants = Long.toHexString(StableHash.of(digest, space));
        mixedVersions = versions.size() > 1 || isReplacementUp();
        keys = keys();
        eligible = eligible(newest);
    }

    /** Whether a member is up beside the one that it says it replaces. */
    private boolean isReplacementUp() {
        TreeSet<String> names = new TreeSet<>();
        for (int m = 0; m < members.size(); m++) {
            if (!parts[m].draining()) {
                names.add(records[m].name());
            }
        }
        for (MemberRecord record : records) {
            if (names.contains(record.replaces()) && !record.replaces().equals(record.name())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether two participants share a name. The elder may be a crashed process whose lease is not
     * over, the younger its restart, which is to have what the elder held.
     */
    boolean hasNamesakes() {
        TreeSet<String> names = new TreeSet<>();
        for (int m = 0; m < members.size(); m++) {
            if (!parts[m].draining() && !names.add(records[m].name())) {
                return true;
            }
        }
        return false;
    }

    /** A digest of who takes part and is not on the way out. */
    String participants() {
        return participants;
    }

    /** Who may take keys: while two versions are up, the newest, if it can take them all. */
    private boolean[] eligible(String newest) {
        boolean[] open = new boolean[members.size()];
        long room = 0;
        for (int m = 0; m < members.size(); m++) {
            boolean takes = !parts[m].draining() && parts[m].affinity() != Affinity.NONE;
            open[m] = takes && (!mixedVersions || records[m].version().equals(newest));
            if (open[m]) {
                room += parts[m].atMost() == 0 ? Integer.MAX_VALUE : parts[m].atMost();
            }
        }
        for (int m = 0; m < members.size() && room < keys.size(); m++) {
            open[m] = !parts[m].draining() && parts[m].affinity() != Affinity.NONE;
        }
        return open;
    }

    private List<String> keys() {
        int partitions = settings.shared().partitions();
        List<String> found = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            found.add(Partitions.key(partition, partitions));
        }
        if (partitions == 0) {
            for (Map.Entry<String, Held<KeyRecord>> key : state.keys.entrySet()) {
                if (key.getValue().value().state() == KeyRecord.State.WANTED) {
                    found.add(key.getKey());
                }
            }
        }
        return found;
    }

    /** Plans. */
    Result place(boolean mayBalance) {
        Held<PlanRecord> plan = state.plan;
        String balancedBefore = plan == null ? "" : plan.value().balancedFor();
        boolean unbalanced = !participants.equals(balancedBefore);
        boolean balance = unbalanced && mayBalance && !mixedVersions;

        int[] previous = new int[keys.size()];
        int[] avoid = new int[keys.size()];
        boolean anyAvoid = previous(previous, avoid);
        int[] next = fill(previous, anyAvoid ? avoid : null, balance);
        int orphans = 0;
        int moved = 0;
        int room = settings.motion() - inMotion();
        boolean heldBack = false;
        for (int k = 0; k < next.length; k++) {
            boolean owned = previous[k] != NOBODY && avoid[k] == NOBODY;
            if (!owned) {
                orphans += next[k] == NOBODY ? 0 : 1;
            } else if (next[k] != previous[k]) {
                if (moved < room) {
                    moved++;
                } else {
                    next[k] = previous[k];
                    heldBack = true;
                }
            }
        }
        boolean done = (balance && !heldBack) || (balancedBefore.isEmpty() && keys.isEmpty());
        return new Result(
                operations(next),
                moves(next),
                reason(orphans, moved),
                done ? participants : balancedBefore,
                moved > 0,
                unbalanced && !mixedVersions && !mayBalance);
    }

    private static String reason(int orphans, int moved) {
        if (orphans > 0 && moved > 0) {
            return "%d keys had no owner, %d move for balance".formatted(orphans, moved);
        }
        return moved > 0
                ? "%d keys move for balance".formatted(moved)
                : "%d keys had no owner".formatted(orphans);
    }

    /** Where each key is now, with a leaver's keys at its replacement; fills {@code avoid}, too. */
    private boolean previous(int[] previous, int[] avoid) {
        boolean anyAvoid = false;
        int[] have = new int[members.size()];
        for (int k = 0; k < previous.length; k++) {
            previous[k] = NOBODY;
            avoid[k] = NOBODY;
            String key = keys.get(k);
            Held<String> target = state.targets.get(key);
            Integer at = target == null ? null : index.get(target.value());
            if (at == null) {
                at = ownerOf(key);
            }
            if (at != null && !parts[at].draining()) {
                previous[k] = at;
                have[at]++;
            }
            Held<String> returned = state.returns.get(key);
            Integer by = returned == null ? null : index.get(returned.value());
            if (by != null) {
                avoid[k] = by;
                anyAvoid = true;
            }
        }
        for (int k = 0; k < previous.length; k++) {
            Held<String> target = state.targets.get(keys.get(k));
            if (previous[k] == NOBODY && target != null) {
                int heir = heirOf(MemberRecord.nameOf(target.value()));
                if (heir != NOBODY
                        && (parts[heir].atMost() == 0 || have[heir] < parts[heir].atMost())) {
                    previous[k] = heir;
                    have[heir]++;
                }
            }
        }
        return anyAvoid;
    }

    private @Nullable Integer ownerOf(String key) {
        Held<OwnerRecord> owner = state.owners.get(key);
        return owner == null || !group.isLive(owner.value().incarnation())
                ? null
                : index.get(owner.value().incarnation());
    }

    /** The member that takes over from one of that name, or {@link #NOBODY}. */
    private int heirOf(String name) {
        for (int m = 0; m < members.size(); m++) {
            boolean heir = records[m].replaces().equals(name) || records[m].name().equals(name);
            if (heir && !parts[m].draining() && parts[m].affinity() != Affinity.NONE) {
                return m;
            }
        }
        return NOBODY;
    }

    private int[] fill(int[] previous, int @Nullable [] avoid, boolean balance) {
        // What a member holds that takes nothing any more stays, and is left out of the account.
        boolean[] fixed = new boolean[previous.length];
        int open = 0;
        for (int k = 0; k < previous.length; k++) {
            fixed[k] =
                    previous[k] != NOBODY
                            && parts[previous[k]].affinity() == Affinity.NONE
                            && (avoid == null || avoid[k] == NOBODY);
            open += fixed[k] ? 0 : 1;
        }
        int[] openPrevious = new int[open];
        int[] openAvoid = new int[open];
        for (int k = 0, at = 0; k < previous.length; k++) {
            if (!fixed[k]) {
                openPrevious[at] = previous[k];
                openAvoid[at++] = avoid == null ? NOBODY : avoid[k];
            }
        }
        int[] avoided = avoid == null ? null : openAvoid;
        int[] have = StickyQuotaFill.held(openPrevious, avoided, members.size());
        Share share = new Share(settings.shared(), parts, eligible, hashes);
        int[] quota = share.quotas(open, have, !balance);
        int[] openNext =
                StickyQuotaFill.assign(
                        openPrevious, quota, avoided, StableHash.of(settings.name(), 1));
        if (avoided != null) {
            sendElsewhere(openNext, avoided);
        }
        int[] next = previous.clone();
        for (int k = 0, at = 0; k < previous.length; k++) {
            if (!fixed[k]) {
                next[k] = openNext[at++];
            }
        }
        return next;
    }

    /**
     * A key that was given back goes to another member even if only the one that it avoids has room
     * in its quota: with fewer keys than members, most have a quota of none.
     */
    private void sendElsewhere(int[] next, int[] avoided) {
        int[] have = StickyQuotaFill.held(next, members.size());
        for (int k = 0; k < next.length; k++) {
            if (next[k] == NOBODY || next[k] != avoided[k]) {
                continue;
            }
            int to = NOBODY;
            for (int m = 0; m < have.length; m++) {
                boolean better = to == NOBODY || have[m] < have[to];
                if (m != avoided[k] && better && takesAnother(m, have[m])) {
                    to = m;
                }
            }
            if (to != NOBODY) {
                have[next[k]]--;
                have[to]++;
                next[k] = to;
            }
        }
    }

    private boolean takesAnother(int member, int have) {
        ParticipantRecord part = parts[member];
        boolean hasShare = settings.shared().partitions() == 0 || part.weight() > 0;
        return eligible[member] && hasShare && (part.atMost() == 0 || have < part.atMost());
    }

    /** How many owned keys are on their way to another member. */
    private int inMotion() {
        int count = 0;
        for (Map.Entry<String, Held<OwnerRecord>> owner : state.owners.entrySet()) {
            Held<String> target = state.targets.get(owner.getKey());
            String incarnation = owner.getValue().value().incarnation();
            if (target != null
                    && !target.value().equals(incarnation)
                    && group.isLive(incarnation)) {
                count++;
            }
        }
        return count;
    }

    private List<Operation> operations(int[] next) {
        List<Operation> operations = new ArrayList<>();
        TreeSet<String> known = new TreeSet<>(keys);
        for (String key : state.targets.keySet()) {
            if (!known.contains(key)) {
                operations.add(new Operation.Delete(target(key)));
            }
        }
        for (String key : state.returns.keySet()) {
            if (!known.contains(key)) {
                operations.add(new Operation.Delete(returned(key)));
            }
        }
        for (int k = 0; k < next.length; k++) {
            String key = keys.get(k);
            Held<String> target = state.targets.get(key);
            Held<String> back = state.returns.get(key);
            if (next[k] == NOBODY) {
                if (target != null) {
                    operations.add(new Operation.Delete(target(key)));
                }
                continue;
            }
            String to = members.get(next[k]);
            if (target == null || !target.value().equals(to)) {
                operations.add(new Operation.Put(target(key), Bytes.utf8(to)));
            }
            if (back != null) {
                operations.add(new Operation.Delete(returned(key)));
            }
        }
        return operations;
    }

    private Map<String, String> moves(int[] next) {
        Map<String, String> moves = new LinkedHashMap<>();
        for (int k = 0; k < next.length; k++) {
            Held<String> target = state.targets.get(keys.get(k));
            String from = target == null ? "" : target.value();
            String to = next[k] == NOBODY ? "" : members.get(next[k]);
            if (!from.equals(to)) {
                moves.put(keys.get(k), MemberRecord.nameOf(from) + "|" + MemberRecord.nameOf(to));
            }
        }
        return moves;
    }

    private String target(String key) {
        return layout.target(key);
    }

    private String returned(String key) {
        return layout.returned(key);
    }
}
