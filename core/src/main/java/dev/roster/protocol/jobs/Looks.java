package dev.roster.protocol.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Looks whether jobs that are known are still there. */
final class Looks {
    /** Others may stand between those that are known. */
    private static final int OTHERS = 500;

    /** Most old ones of a rank that are each looked for alone. */
    private static final int ALONE = 32;

    private final JobsMachine machine;

    Looks(JobsMachine machine) {
        this.machine = machine;
    }

    void ask(Part part, long now, List<Reading.Want> wants) {
        for (int rank = 0; rank < Spot.RANKS; rank++) {
            Spot first = part.live.ceilingKey(Spot.first(rank, 0));
            if (first == null || first.rank() != rank) {
                continue;
            }
            // Between an old one and the others much may have been taken out.
            Spot lately = Spot.first(rank, now - Sweeps.HORIZON);
            List<Spot> old = new ArrayList<>();
            if (first.compareTo(lately) < 0) {
                old.addAll(part.live.subMap(first, true, lately, false).keySet());
            }
            if (old.size() > ALONE) {
                wants.add(want(part, first, Reads.endOf(rank)));
                continue;
            }
            for (Spot spot : old) {
                wants.add(want(part, spot, Spot.first(rank, spot.due() + 1)));
            }
            Spot next = part.live.ceilingKey(lately);
            if (next != null && next.rank() == rank) {
                wants.add(want(part, next, Reads.endOf(rank)));
            }
        }
    }

    private static Reading.Want want(Part part, Spot from, @Nullable Spot to) {
        int atMost = part.live.size() + OTHERS;
        return new Reading.Want(part, Reading.Kind.LOOK, from, to, atMost);
    }

    /** What was known and is there no more was taken by others. */
    void done(Reading.Want want, List<Slip> found, long now) {
        Part part = want.part;
        Spot from = want.from();
        Spot to = want.to();
        if (from == null || part.phase == Part.Phase.OVER) {
            return;
        }
        TreeSet<Spot> there = new TreeSet<>();
        found.forEach(slip -> there.add(slip.spot()));
        boolean isCut = found.size() == want.atMost();
        for (Map.Entry<Spot, JobRun> known : List.copyOf(part.live.tailMap(from).entrySet())) {
            Spot spot = known.getKey();
            boolean isMeant = spot.rank() == from.rank() && (to == null || spot.compareTo(to) < 0);
            boolean covered = !isCut || spot.compareTo(found.getLast().spot()) <= 0;
            boolean isThere = there.contains(spot) || part.fresh.contains(spot);
            if (isMeant && covered && !isThere) {
                machine.ends.vanished(known.getValue(), now);
            }
        }
    }
}
