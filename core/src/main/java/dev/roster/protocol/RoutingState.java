package dev.roster.protocol;

import dev.roster.Change;
import dev.roster.Entry;
import dev.roster.KeyHash;
import dev.roster.StoreIdentity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which partition of a key space, as known from a reading of the group's records and the
 * changes since. For one caller at a time.
 *
 * <p>A table has a generation: the era's ordinal above, the revision of the commit that led to it
 * below, as in a token. It never goes back, and tables of one generation are equal, whoever made
 * them, because each is a function of what the store held at that revision. While the store is one
 * for which the members have begun no era yet, the table stays what it was: its generation would
 * not tell.
 */
public final class RoutingState {
    private record Claim(OwnerRecord owner, long revision) {}

    private final Layout layout;
    private final Layout.Division records;
    private String store = "";
    private long position = -1;

    private @Nullable EraRecord era;
    private @Nullable DivisionRecord division;
    private List<String> view = List.of();
    private final TreeMap<String, MemberRecord> members = new TreeMap<>();
    private final TreeSet<String> participants = new TreeSet<>();
    private final TreeMap<String, Claim> claims = new TreeMap<>();

    private final TreeSet<Integer> touched = new TreeSet<>();
    private boolean allTouched;

    private long generation;
    private TreeMap<String, Peer> peers = new TreeMap<>();
    private @Nullable Seat[] seats = new Seat[0];

    /** The partitions' keys. */
    private String[] keys = new String[0];

    /** Nothing is known of the division yet. */
    public RoutingState(String group, String division) {
        this.layout = new Layout(group);
        this.records = layout.division(division);
    }

    /** The generation of a table of that era and revision. */
    public static long generation(long era, long revision) {
        return OwnerRecord.token(era, revision);
    }

    /** The generation of the present table, 0 before the first. */
    public long generation() {
        return generation;
    }

    /** Up to which revision the store's content is known, −1 before the first reading. */
    public long position() {
        return position;
    }

    /** Whether the table is that of {@link #position}: an era of the present store is known. */
    public boolean isCurrent() {
        EraRecord known = era;
        return known != null && known.store().equals(store);
    }

    /** The present era's ordinal, 0 for none. */
    public long era() {
        EraRecord known = era;
        return known == null ? 0 : known.ordinal();
    }

    /** What the members have agreed on, null while they have not. */
    public @Nullable DivisionRecord division() {
        return division;
    }

    /** The owners by partition, null where there is none. A copy. */
    public @Nullable Seat[] seats() {
        return seats.clone();
    }

    /** The members that take part, by incarnation. */
    public List<Peer> peers() {
        return List.copyOf(peers.values());
    }

    /** The hash that places keys. */
    public KeyHash hash() {
        DivisionRecord known = division;
        return known == null ? KeyHash.FNV64_MIX13 : known.hash();
    }

    /**
     * Takes in a reading of the whole group.
     *
     * @return what it changed, null if nothing, or if more is known already
     */
    public @Nullable RoutingStep read(List<Entry> entries, long revision, StoreIdentity from) {
        if (from.id().equals(store) && revision < position) {
            return null;
        }
        store = from.id();
        era = null;
        division = null;
        view = List.of();
        members.clear();
        participants.clear();
        claims.clear();
        for (Entry entry : entries) {
            apply(entry.key(), entry);
        }
        position = revision;
        allTouched = true;
        return step(revision);
    }

    /**
     * Takes in changes, whole commits in order.
     *
     * @param revision all changes up to this one have been told
     * @return what each commit changed, without those that changed nothing
     */
    public List<RoutingStep> change(List<Change> changes, long revision) {
        List<RoutingStep> steps = new ArrayList<>();
        int at = 0;
        while (at < changes.size()) {
            long commit = changes.get(at).revision();
            boolean isNew = commit > position;
            while (at < changes.size() && changes.get(at).revision() == commit) {
                Change change = changes.get(at);
                if (isNew) {
                    apply(change.key(), change.now());
                }
                at++;
            }
            if (isNew) {
                position = commit;
                RoutingStep step = step(commit);
                if (step != null) {
                    steps.add(step);
                }
            }
        }
        position = Math.max(position, revision);
        return steps;
    }

    private void apply(String key, @Nullable Entry entry) {
        try {
            if (key.startsWith(records.owners())) {
                claim(key.substring(records.owners().length()), entry);
            } else if (key.startsWith(records.participants())) {
                participate(key.substring(records.participants().length()), entry != null);
            } else if (key.startsWith(layout.members())) {
                allTouched = true;
                String incarnation = key.substring(layout.members().length());
                members.remove(incarnation);
                if (entry != null) {
                    members.put(incarnation, MemberRecord.parse(entry.value()));
                }
            } else if (key.equals(layout.era())) {
                allTouched = true;
                era = null;
                era = entry == null ? null : EraRecord.parse(entry.value());
            } else if (key.equals(layout.view())) {
                allTouched = true;
                view = List.of();
                view = entry == null ? view : ViewRecord.parse(entry.value()).members();
            } else if (key.equals(records.division())) {
                allTouched = true;
                division = null;
                division = entry == null ? null : DivisionRecord.parse(entry.value());
            }
        } catch (CorruptRecordException e) {
            // It counts as absent; the members report it.
        }
    }

    private void participate(String incarnation, boolean takesPart) {
        allTouched = true;
        if (takesPart) {
            participants.add(incarnation);
        } else {
            participants.remove(incarnation);
        }
    }

    private void claim(String key, @Nullable Entry entry) throws CorruptRecordException {
        int partition = partition(key);
        if (partition >= 0) {
            touched.add(partition);
        }
        claims.remove(key);
        if (entry != null) {
            claims.put(key, new Claim(OwnerRecord.parse(entry.value()), entry.modified()));
        }
    }

    /** The partition that a key names, −1 for none. */
    private int partition(String key) {
        if (key.isEmpty() || key.length() > 9) {
            return -1;
        }
        for (int at = 0; at < key.length(); at++) {
            if (key.charAt(at) < '0' || key.charAt(at) > '9') {
                return -1;
            }
        }
        int partition = Integer.parseInt(key);
        return partition < keys.length && keys[partition].equals(key) ? partition : -1;
    }

    /** Makes the table anew where something was touched; null if that changed nothing. */
    private @Nullable RoutingStep step(long commit) {
        EraRecord known = era;
        if (known == null || !isCurrent() || !(allTouched || !touched.isEmpty())) {
            return null;
        }
        long next = generation(known.ordinal(), commit);
        if (next < generation) {
            return null; // The store went back, and no later era has begun.
        }
        List<Peer> joined = new ArrayList<>();
        List<Peer> left = new ArrayList<>();
        boolean anew = false;
        List<RoutingStep.Move> moves = new ArrayList<>();
        if (allTouched) {
            boolean met = meet(joined, left);
            anew = resize(moves) || met;
            for (int partition = 0; partition < seats.length; partition++) {
                touched.add(partition);
            }
        }
        for (int partition : touched) {
            Seat from = seats[partition];
            Seat to = seat(partition, known);
            anew |= !Objects.equals(from, to);
            seats[partition] = to;
            if (!isSame(from, to)) {
                moves.add(new RoutingStep.Move(partition, from, to));
            }
        }
        touched.clear();
        allTouched = false;
        moves.sort(Comparator.comparingInt(RoutingStep.Move::partition));
        if (!anew && generation != 0) {
            return null;
        }
        RoutingStep step = new RoutingStep(generation, next, moves, joined, left);
        generation = next;
        return step;
    }

    private static boolean isSame(@Nullable Seat from, @Nullable Seat to) {
        if (from == null || to == null) {
            return from == null && to == null;
        }
        return from.token() == to.token()
                && from.peer().incarnation().equals(to.peer().incarnation());
    }

    /** Sees who takes part now; whether anything of them changed. */
    private boolean meet(List<Peer> joined, List<Peer> left) {
        TreeMap<String, Peer> before = peers;
        peers = new TreeMap<>();
        for (MemberRecord member : members.values()) {
            if (member.era() == era() && participants.contains(member.incarnation())) {
                String incarnation = member.incarnation();
                Peer peer =
                        new Peer(
                                incarnation,
                                member.name(),
                                member.metadata(),
                                view.indexOf(incarnation));
                peers.put(incarnation, peer);
                if (!before.containsKey(incarnation)) {
                    joined.add(peer);
                }
            }
        }
        before.forEach((incarnation, peer) -> {
            if (!peers.containsKey(incarnation)) {
                left.add(peer);
            }
        });
        return !before.equals(peers);
    }

    /** Makes room for all partitions: a division may be deleted with its group, and made again. */
    private boolean resize(List<RoutingStep.Move> moves) {
        DivisionRecord known = division;
        int partitions = known == null ? 0 : Math.max(0, known.partitions());
        if (partitions == seats.length) {
            return false;
        }
        for (int partition = partitions; partition < seats.length; partition++) {
            Seat from = seats[partition];
            if (from != null) {
                moves.add(new RoutingStep.Move(partition, from, null));
            }
        }
        seats = Arrays.copyOf(seats, partitions);
        keys = new String[partitions];
        for (int partition = 0; partition < partitions; partition++) {
            keys[partition] = Partitions.key(partition, partitions);
        }
        touched.clear();
        return true;
    }

    /** The owner of a partition: one that is a member, of the present era. */
    private @Nullable Seat seat(int partition, EraRecord known) {
        Claim claim = claims.get(keys[partition]);
        if (claim == null || claim.owner().era() != known.ordinal()) {
            return null;
        }
        MemberRecord member = members.get(claim.owner().incarnation());
        if (member == null || member.era() != known.ordinal()) {
            return null;
        }
        Peer peer = peers.get(member.incarnation());
        if (peer == null) {
            // It owns and has ceased to take part: what it owns it still owns.
            peer =
                    new Peer(
                            member.incarnation(),
                            member.name(),
                            member.metadata(),
                            view.indexOf(member.incarnation()));
        }
        long token = OwnerRecord.token(claim.owner().era(), claim.revision());
        return new Seat(peer, token);
    }
}
