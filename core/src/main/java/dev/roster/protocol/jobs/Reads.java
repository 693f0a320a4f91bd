package dev.roster.protocol.jobs;

import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.Mutant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is read, and takes in what was. One reading is under way at most. Partitions where
 * reading goes far back are read apart from the others, and fewer together when that fails.
 */
final class Reads {
    private static final int PAGE = 500;
    private static final int LEAST_PAGE = 16;
    private static final int PARTS = 64;
    private static final long AGAIN = 100_000;

    /** What is to be read by the clock within this time is read together, if nothing else is. */
    private static final long TOGETHER = JobsMachine.POLL / 2;

    /** Reading from before this time back goes far. */
    private static final long FAR = 2 * Sweeps.HORIZON;

    private static final long FAST = 200_000;
    private static final long SLOW = 1_000_000;

    /** What was submitted so long before a scan began, others before it were seen by that, too. */
    static final long SURE = 100_000;

    private final JobsMachine machine;
    private final Openings openings;
    private final Looks looks;
    private final TreeSet<String> unknown = new TreeSet<>();
    private final Breadth farBreadth = new Breadth(FAST, SLOW);
    private boolean isUnderWay;
    private long began;
    private int last = -1;
    private int lastFar = -1;
    private boolean isFar;
    private long notBefore;
    private long farNotBefore;
    private long averageBytes = 200;

    Reads(JobsMachine machine) {
        this.machine = machine;
        this.openings = new Openings(machine);
        this.looks = new Looks(machine);
    }

    Set<String> unknown() {
        return new TreeSet<>(unknown);
    }

    void gone(JobRun run) {
        if (isUnderWay && !machine.is(Mutant.JOB_END_FORGOTTEN)) {
            run.part.gone.add(run.spot());
        }
    }

    long wakeAt(long now) {
        if (isUnderWay) {
            return Long.MAX_VALUE;
        }
        boolean room = hasRoom() && !machine.isPaused;
        long wake = Long.MAX_VALUE;
        boolean isActive = false;
        for (Part part : machine.parts.values()) {
            isActive |= part.phase == Part.Phase.ACTIVE;
            long at = askAt(part, room, now);
            boolean waits = at < farNotBefore && goesFar(part, now);
            wake = Math.min(wake, waits ? farNotBefore : at);
        }
        wake = room && isActive ? Math.min(wake, machine.sweeps.wakeAt()) : wake;
        return Math.max(wake, notBefore);
    }

    /** When something of a partition is to be read. */
    private static long askAt(Part part, boolean room, long now) {
        boolean opens = part.phase == Part.Phase.OPENING && !part.ownersRead;
        if (opens || (part.looks && isLookedAfter(part))) {
            return 0;
        }
        return part.phase == Part.Phase.ACTIVE && room ? dueAt(part, now) : Long.MAX_VALUE;
    }

    /** Whether what is to be read of a partition begins long ago. */
    private static boolean goesFar(Part part, long now) {
        if (part.phase == Part.Phase.OPENING) {
            return true;
        }
        if (part.phase == Part.Phase.ACTIVE) {
            for (Part.Rank rank : part.ranks) {
                if (rank.isUsed && fromDue(rank) < now - FAR) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isLookedAfter(Part part) {
        return part.phase == Part.Phase.ACTIVE || part.phase == Part.Phase.PASSING;
    }

    private static long dueAt(Part part, long now) {
        if (part.isWoken || part.hasMore()) {
            return now;
        }
        return Math.min(Math.min(part.pollAt, part.sweepAt), part.nextDue());
    }

    private boolean hasRoom() {
        return machine.starts.waiting() * 2 <= machine.settings.prefetch()
                && machine.starts.waitingBytes() * 2 <= machine.settings.prefetchBytes();
    }

    @Nullable Reading next(long now) {
        if (isUnderWay || now < notBefore) {
            return null;
        }
        boolean room = hasRoom() && !machine.isPaused;
        List<Reading.Want> wants = room ? machine.sweeps.next(now, this::page) : List.of();
        wants = wants.isEmpty() ? some(room, now) : wants;
        if (wants.isEmpty()) {
            return null;
        }
        for (Part part : machine.parts.values()) {
            part.gone.clear();
            part.fresh.clear();
        }
        isUnderWay = true;
        began = now;
        return new Reading(wants);
    }

    /** What is due of some partitions. */
    private List<Reading.Want> some(boolean room, long now) {
        List<Part> near = new ArrayList<>();
        List<Part> far = new ArrayList<>();
        for (Part part : machine.parts.values()) {
            if (askAt(part, room, now) <= now) {
                (goesFar(part, now) ? far : near).add(part);
            }
        }
        long upTo = now;
        if (!near.isEmpty() && near.stream().noneMatch(Reads::isPressing)) {
            upTo = now + TOGETHER;
            near = together(room, now, upTo);
        }
        boolean maybe = !far.isEmpty() && now >= farNotBefore;
        // In turns, so that neither waits for the other.
        isFar = maybe && (near.isEmpty() || !isFar);
        List<Part> chosen =
                isFar ? after(lastFar, far, farBreadth.parts()) : after(last, near, PARTS);
        List<Reading.Want> wants = new ArrayList<>();
        int page = page(Math.max(1, chosen.size()));
        for (Part part : chosen) {
            if (isFar) {
                lastFar = part.partition;
            } else {
                last = part.partition;
            }
            if (part.phase == Part.Phase.OPENING) {
                wants.add(Openings.want(part));
                continue;
            }
            if (part.looks) {
                part.looks = false;
                looks.ask(part, now, wants);
            }
            if (part.phase == Part.Phase.ACTIVE && room && dueAt(part, upTo) <= upTo) {
                ask(part, page, now, wants);
            }
        }
        return wants;
    }

    private static boolean isPressing(Part part) {
        return part.isWoken || part.looks || part.hasMore();
    }

    private List<Part> together(boolean room, long now, long upTo) {
        return machine.parts.values().stream()
                .filter(part -> askAt(part, room, upTo) <= upTo && !goesFar(part, now))
                .toList();
    }

    /** So many of them, beginning after the one that came last. */
    private static List<Part> after(int last, List<Part> parts, int atMost) {
        List<Part> all = new ArrayList<>();
        parts.stream().filter(part -> part.partition > last).forEach(all::add);
        parts.stream().filter(part -> part.partition <= last).forEach(all::add);
        return all.subList(0, Math.min(all.size(), atMost));
    }

    private int page(int parts) {
        int entries = machine.settings.prefetch() - machine.starts.waiting();
        long bytes = machine.settings.prefetchBytes() - machine.starts.waitingBytes();
        long most = Math.min(entries, Math.max(1, bytes / averageBytes));
        return Math.clamp(most / parts, LEAST_PAGE, PAGE);
    }

    private static Reading.Want want(
            Part part, Reading.Kind kind, @Nullable Spot from, @Nullable Spot to, int atMost) {
        return new Reading.Want(part, kind, from, to, atMost);
    }

    /** Reads what is due of each rank in use, when the next is, and whether others are in use. */
    private void ask(Part part, int page, long now, List<Reading.Want> wants) {
        part.isWoken = false;
        part.pollAt =
                now + JobsMachine.POLL * 3 / 4 + machine.random.nextLong(JobsMachine.POLL / 2);
        boolean sweeps = now >= part.sweepAt && !machine.is(Mutant.JOB_LATE_OVERLOOKED);
        if (sweeps) {
            part.sweepAt = now + JobsMachine.SWEEP;
            part.sweep();
        }
        int gapFrom = 0;
        for (int number = 0; number < Spot.RANKS; number++) {
            Part.Rank rank = part.ranks[number];
            // What was taken out of a rank may still be in the way.
            boolean isApart = rank.hadWork || machine.sweeps.isHeavy();
            if (!rank.isUsed && !isApart) {
                continue;
            }
            gap(part, Spot.first(gapFrom, 0), number, wants);
            gapFrom = number + 1;
            if (rank.isUsed) {
                due(part, rank, number, page, now, wants);
            } else {
                long from = sweeps ? rank.sweepDue() : rank.floorDue();
                gap(part, Spot.first(number, from), gapFrom, wants);
            }
        }
        gap(part, Spot.first(gapFrom, 0), Spot.RANKS, wants);
    }

    private void due(
            Part part, Part.Rank rank, int number, int page, long now, List<Reading.Want> wants) {
        Spot end = Spot.first(number, now + 1);
        boolean forward = rank.goesOn();
        Spot from = from(rank, number, forward || machine.is(Mutant.JOB_LATE_OVERLOOKED));
        rank.isFirst = !forward;
        if (!forward) {
            part.scans++;
            rank.scan = new Part.Scan(part.scans, from, now);
            rank.sweeping = from.due() <= rank.sweepDue() ? now : rank.sweeping;
        }
        rank.again = null;
        int known = forward ? 1 : part.live.size();
        wants.add(want(part, Reading.Kind.DUE, from, end, page + known));
        if (rank.expected <= now) {
            rank.expected = Long.MAX_VALUE;
        }
        wants.add(want(part, Reading.Kind.NEXT, end, endOf(number), 1));
    }

    /**
     * Goes on where it was; or from a little before what the last scan may have seen, for what
     * appeared since.
     */
    private static Spot from(Part.Rank rank, int number, boolean forward) {
        Spot again = rank.again;
        Spot at = rank.at;
        Spot from = forward && at != null ? at : Spot.first(number, lateDue(rank));
        return again != null && again.compareTo(from) < 0 ? again : from;
    }

    private static long lateDue(Part.Rank rank) {
        Spot at = rank.at;
        if (at == null) {
            return rank.floorDue();
        }
        long late = Math.min(at.due(), rank.scan.at()) - JobsMachine.LATE;
        return rank.hasMore ? late : Math.max(late, rank.floorDue());
    }

    private static long fromDue(Part.Rank rank) {
        Spot at = rank.at;
        Spot again = rank.again;
        long due = at != null && rank.goesOn() ? at.due() : lateDue(rank);
        return again == null ? due : Math.min(due, again.due());
    }

    private static void gap(Part part, Spot from, int to, List<Reading.Want> wants) {
        if (from.rank() < to) {
            wants.add(want(part, Reading.Kind.GAP, from, endOf(to - 1), 1));
        }
    }

    static @Nullable Spot endOf(int rank) {
        return rank + 1 < Spot.RANKS ? Spot.first(rank + 1, 0) : null;
    }

    void failed(Reading reading, long now) {
        isUnderWay = false;
        notBefore = now + AGAIN;
        if (reading.isSweep()) {
            machine.sweeps.failed(reading, began, now);
            return;
        }
        if (isFar) {
            farBreadth.failed(reading.parts().size());
            farNotBefore = now + AGAIN + (now - began);
        }
        for (Reading.Want want : reading.wants()) {
            Part part = want.part;
            part.isWoken = true;
            part.looks |= want.kind == Reading.Kind.LOOK;
            if (want.kind == Reading.Kind.DUE && want.from() != null) {
                part.readAgainFrom(want.from());
            } else if (want.kind == Reading.Kind.GAP) {
                // It may have been one that went back further.
                part.sweepAt = now;
            }
        }
    }

    void done(Reading reading, List<List<Slip>> slips, long now) {
        isUnderWay = false;
        for (int n = 0; n < reading.wants().size(); n++) {
            Reading.Want want = reading.wants().get(n);
            List<Slip> found = slips.get(n);
            switch (want.kind) {
                case LEFT -> openings.done(want, found, now);
                case DUE -> due(want, found, now);
                case NEXT -> next(want, found);
                case GAP -> gap(want, found);
                case LOOK -> looks.done(want, found, now);
                case SWEEP -> machine.sweeps.done(want, found, now);
            }
        }
        if (reading.isSweep()) {
            machine.sweeps.done(reading, began, now);
        } else if (isFar) {
            farBreadth.took(reading.parts().size(), now - began);
        }
        for (Part part : machine.parts.values()) {
            // What was to be cared for may be what is not known here.
            boolean isPast =
                    part.strangers.isEmpty()
                            || part.owners.crashesSince(now - JobsMachine.CRASH_WINDOW)
                                    < JobsMachine.CRASHES;
            if (part.isCareful && part.isIdle() && isPast) {
                machine.starts.endCare(part);
            }
        }
    }

    private void gap(Reading.Want want, List<Slip> found) {
        Spot from = want.from();
        if (from == null) {
            return;
        }
        Part part = want.part;
        if (!found.isEmpty()) {
            part.ranks[found.getFirst().spot().rank()].hasMore = true;
            part.readAgainFrom(found.getFirst().spot());
            return;
        }
        Spot to = want.to();
        int end = to == null ? Spot.RANKS : to.rank();
        for (int number = from.rank(); number < end; number++) {
            Part.Rank rank = part.ranks[number];
            long due = number == from.rank() ? from.due() : 0;
            rank.sweptAt = due <= rank.sweepDue() ? began : rank.sweptAt;
        }
    }

    private static void next(Reading.Want want, List<Slip> found) {
        Spot end = want.from();
        if (end == null) {
            return;
        }
        Part.Rank rank = want.part.ranks[end.rank()];
        rank.nextDue = found.isEmpty() ? Long.MAX_VALUE : found.getFirst().spot().due();
        boolean isUsed =
                rank.at != null
                        || rank.hasMore
                        || !found.isEmpty()
                        || rank.again != null
                        || rank.expected < Long.MAX_VALUE;
        rank.isUsed = isUsed;
    }

    private void due(Reading.Want want, List<Slip> found, long now) {
        Part part = want.part;
        Spot from = want.from();
        if (part.phase != Part.Phase.ACTIVE || from == null) {
            return;
        }
        Part.Rank rank = part.ranks[from.rank()];
        rank.wasRead(from, !found.isEmpty());
        boolean isSweep = from.due() <= rank.sweepDue();
        rank.hadWork |= !found.isEmpty();
        rank.hasMore = found.size() == want.atMost();
        for (Slip slip : found) {
            Spot seen = rank.seen;
            rank.seen = seen == null || slip.spot().compareTo(seen) > 0 ? slip.spot() : seen;
            boolean isSure = rank.isFirst || slip.spot().due() + SURE <= rank.scan.at();
            if (!takeIn(part, slip, rank.scan, isSure, now)) {
                rank.at = slip.spot();
                rank.hasMore = true;
                return;
            }
        }
        if (!rank.hasMore && rank.sweeping >= 0) {
            rank.sweptAt = rank.sweeping;
            rank.sweeping = -1;
        }
        if (found.isEmpty()) {
            rank.at = isSweep && isOver(part, rank, from.rank()) ? null : rank.at;
            return;
        }
        Spot end = found.getLast().spot();
        Spot at = rank.at;
        rank.at = at == null || rank.hasMore || end.compareTo(at) > 0 ? end : at;
    }

    /** Whether nothing of a rank is known from before. */
    private static boolean isOver(Part part, Part.Rank rank, int number) {
        Spot first = part.live.ceilingKey(Spot.first(number, 0));
        return !rank.hasOld && (first == null || first.rank() != number);
    }

    void handed(Part part, Slip slip, long now) {
        Part.Rank rank = part.ranks[slip.spot().rank()];
        // What is to be read first may be what it has to wait for.
        Spot seen = rank.seen;
        // It may have been read already, here or by an earlier owner, and be over.
        boolean isNew =
                (slip.spot().due() >= part.since
                                && (seen == null || slip.spot().compareTo(seen) > 0))
                        || machine.is(Mutant.JOB_HANDED_OVER_AGAIN);
        boolean isNext = !isUnderWay && !part.isWoken && rank.isReadUpTo(slip.spot());
        boolean isTaken =
                slip.spot().due() <= now
                        && !machine.isPaused
                        && isNew
                        && (isNext || !isOrdered(slip))
                        && takeIn(
                                part, slip, new Part.Scan(part.scans, slip.spot(), now), true, now);
        if (slip.spot().due() > now) {
            part.expect(slip.spot());
        } else if (!isTaken) {
            part.isWoken = true;
            part.readAgainFrom(slip.spot());
        } else if (isUnderWay) {
            part.fresh.add(slip.spot());
        }
    }

    private boolean isOrdered(Slip slip) {
        try {
            JobRecord job = JobRecord.parse(slip.value());
            TaskState task = machine.tasks.get(job.task());
            return task != null && task.isOrdered(job);
        } catch (CorruptRecordException e) {
            return false;
        }
    }

    /** Takes an entry in, if it is to be; returns false if there is no room for it now. */
    boolean takeIn(Part part, Slip slip, Part.Scan scan, boolean isSure, long now) {
        if (part.live.containsKey(slip.spot()) || part.gone.contains(slip.spot())) {
            return true;
        }
        averageBytes = (averageBytes * 15 + slip.value().size() + 100) / 16;
        JobRecord job;
        try {
            job = JobRecord.parse(slip.value());
        } catch (CorruptRecordException e) {
            machine.ends.putAside(part, slip, String.valueOf(e.getMessage()), now);
            return true;
        }
        TaskState task = machine.tasks.get(job.task());
        if (task == null) {
            machine.passes.stranger(part, job.task(), now);
            if (unknown.size() < PAGE && unknown.add(job.task())) {
                machine.report(
                        JobsEffect.Kind.UNKNOWN_TASK,
                        job.task(),
                        "jobs wait for this task, which this consumer does not have");
            }
            return true;
        }
        return machine.starts.takeIn(part, slip, scan, isSure, job, task, now);
    }
}
