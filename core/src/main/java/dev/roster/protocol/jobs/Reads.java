package dev.roster.protocol.jobs;

import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.Mutant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Decides what is read, and takes in what was. One reading is under way at most. */
final class Reads {
    private static final int PAGE = 500;
    private static final int LEAST_PAGE = 16;
    private static final int LEFT_PAGE = 1000;
    private static final int PARTS = 64;
    private static final long AGAIN = 100_000;

    /** What was submitted so long before a scan began, others before it were seen by that, too. */
    static final long SURE = 100_000;

    private final JobsMachine machine;
    private final TreeSet<String> unknown = new TreeSet<>();
    private boolean isUnderWay;
    private int last = -1;
    private long notBefore;
    private long averageBytes = 200;

    Reads(JobsMachine machine) {
        this.machine = machine;
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
        long wake = Long.MAX_VALUE;
        boolean room = hasRoom();
        for (Part part : machine.parts.values()) {
            if (part.phase == Part.Phase.OPENING && !part.ownersRead) {
                return notBefore;
            }
            if (part.looks && isLookedAfter(part)) {
                return notBefore;
            }
            if (part.phase == Part.Phase.ACTIVE && room && !machine.isPaused) {
                wake = Math.min(wake, dueAt(part, now));
            }
        }
        return Math.max(wake, notBefore);
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
        List<Part> chosen = new ArrayList<>();
        boolean room = hasRoom() && !machine.isPaused;
        for (Part part : rotated()) {
            boolean opens = part.phase == Part.Phase.OPENING && !part.ownersRead;
            boolean isDue = part.phase == Part.Phase.ACTIVE && room && dueAt(part, now) <= now;
            if (opens || isDue || (part.looks && isLookedAfter(part))) {
                chosen.add(part);
            }
            if (chosen.size() == PARTS) {
                break;
            }
        }
        if (chosen.isEmpty()) {
            return null;
        }
        int page = page(chosen.size());
        List<Reading.Want> wants = new ArrayList<>();
        for (Part part : chosen) {
            last = part.partition;
            if (part.phase == Part.Phase.OPENING) {
                wants.add(want(part, Reading.Kind.LEFT, part.progressAt, null, LEFT_PAGE));
                continue;
            }
            if (part.looks) {
                part.looks = false;
                look(part, wants);
            }
            if (part.phase == Part.Phase.ACTIVE && room && dueAt(part, now) <= now) {
                ask(part, page, now, wants);
            }
        }
        if (wants.isEmpty()) {
            return null;
        }
        for (Part part : machine.parts.values()) {
            part.gone.clear();
            part.fresh.clear();
        }
        isUnderWay = true;
        return new Reading(wants);
    }

    private List<Part> rotated() {
        TreeMap<Integer, Part> parts = (TreeMap<Integer, Part>) machine.parts;
        List<Part> all = new ArrayList<>(parts.tailMap(last, false).values());
        all.addAll(parts.headMap(last, true).values());
        return all;
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
        if (now >= part.sweepAt && !machine.is(Mutant.JOB_LATE_OVERLOOKED)) {
            part.sweepAt = now + JobsMachine.SWEEP;
            part.sweep();
        }
        int gapFrom = 0;
        for (int number = 0; number < Spot.RANKS; number++) {
            Part.Rank rank = part.ranks[number];
            if (!rank.isUsed) {
                continue;
            }
            gap(part, gapFrom, number, wants);
            gapFrom = number + 1;
            Spot end = Spot.first(number, now + 1);
            boolean forward = rank.hasMore && rank.at != null && rank.again == null;
            boolean goesOn = forward || (rank.at != null && machine.is(Mutant.JOB_LATE_OVERLOOKED));
            Spot from = from(rank, number, goesOn);
            rank.isFirst = !forward;
            if (!forward) {
                part.scans++;
                rank.scan = new Part.Scan(part.scans, from, now);
            }
            rank.again = null;
            int known = forward ? 1 : part.live.size();
            wants.add(want(part, Reading.Kind.DUE, from, end, page + known));
            if (rank.expected <= now) {
                rank.expected = Long.MAX_VALUE;
            }
            wants.add(want(part, Reading.Kind.NEXT, end, endOf(number), 1));
        }
        gap(part, gapFrom, Spot.RANKS, wants);
    }

    /**
     * Goes on where it was; or from a little before what the last scan may have seen, for what
     * appeared since.
     */
    private static Spot from(Part.Rank rank, int number, boolean forward) {
        Spot again = rank.again;
        Spot at = rank.at;
        if (at == null) {
            return Spot.first(number, 0);
        }
        long late = Math.min(at.due(), rank.scan.at()) - JobsMachine.LATE;
        Spot from = forward ? at : Spot.first(number, late);
        return again != null && again.compareTo(from) < 0 ? again : from;
    }

    private static void gap(Part part, int from, int to, List<Reading.Want> wants) {
        if (from < to) {
            wants.add(want(part, Reading.Kind.GAP, Spot.first(from, 0), endOf(to - 1), 1));
        }
    }

    private static @Nullable Spot endOf(int rank) {
        return rank + 1 < Spot.RANKS ? Spot.first(rank + 1, 0) : null;
    }

    private static void look(Part part, List<Reading.Want> wants) {
        for (int rank = 0; rank < Spot.RANKS; rank++) {
            Spot first = part.live.ceilingKey(Spot.first(rank, 0));
            if (first != null && first.rank() == rank) {
                // What was read and waits or runs; others may stand between.
                int atMost = part.live.size() + PAGE;
                wants.add(want(part, Reading.Kind.LOOK, first, endOf(rank), atMost));
            }
        }
    }

    void failed(Reading reading, long now) {
        isUnderWay = false;
        notBefore = now + AGAIN;
        for (Reading.Want want : reading.wants()) {
            want.part.isWoken = true;
            want.part.looks |= want.kind == Reading.Kind.LOOK;
            if (want.kind == Reading.Kind.DUE && want.from() != null) {
                want.part.readAgainFrom(want.from());
            }
        }
    }

    void done(Reading reading, List<List<Slip>> slips, long now) {
        isUnderWay = false;
        for (int n = 0; n < reading.wants().size(); n++) {
            Reading.Want want = reading.wants().get(n);
            List<Slip> found = slips.get(n);
            boolean opens = want.part.phase == Part.Phase.OPENING;
            switch (want.kind) {
                case LEFT -> {
                    if (opens) {
                        left(want, found, now);
                    }
                }
                case DUE -> due(want, found, now);
                case NEXT -> next(want, found);
                case GAP -> {
                    if (!found.isEmpty()) {
                        Part.Rank rank = want.part.ranks[found.getFirst().spot().rank()];
                        rank.isUsed = true;
                        rank.hasMore = true;
                    }
                }
                case LOOK -> looked(want, found, now);
            }
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

    /** What was left is read once more: something may have come late. */
    void readLeftAgain(Part part) {
        part.saved.clear();
        part.ownersRead = false;
        part.progressAt = null;
    }

    private void left(Reading.Want want, List<Slip> found, long now) {
        Part part = want.part;
        for (Slip slip : found) {
            try {
                if (!slip.spot().equals(PartitionRecord.SPOT)) {
                    part.saved.put(slip.spot().id(), ProgressRecord.parse(slip.value()));
                } else if (!part.isTurnTaken) {
                    part.owners = PartitionRecord.parse(slip.value());
                }
            } catch (CorruptRecordException e) {
                machine.report(
                        JobsEffect.Kind.CORRUPT_RECORD,
                        "progress of " + part.partition + ":" + slip.spot().id(),
                        String.valueOf(e.getMessage()));
            }
        }
        if (found.size() == want.atMost()) {
            part.progressAt = found.getLast().spot();
            return;
        }
        part.ownersRead = true;
        if (!part.isTurnTaken) {
            PartitionRecord owners = part.owners.owned() ? part.owners.crashed(now) : part.owners;
            part.owners = owners.owned(true);
            part.ownersUnwritten = true;
        } else {
            part.phase = Part.Phase.ACTIVE;
        }
        int crashes = part.owners.crashesSince(now - JobsMachine.CRASH_WINDOW);
        part.isCareful = !machine.is(Mutant.JOB_CARE_FORGOTTEN) && crashes >= JobsMachine.CRASHES;
        if (crashes > JobsMachine.CRASHES) {
            part.saved.forEach((id, left) -> {
                if (left.began() > 0) {
                    part.suspects.add(id);
                }
            });
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
        if (found.isEmpty()) {
            boolean isAll = from.equals(Spot.first(from.rank(), 0));
            rank.at = isAll ? null : rank.at;
            return;
        }
        Spot end = found.getLast().spot();
        Spot at = rank.at;
        rank.at = at == null || rank.hasMore || end.compareTo(at) > 0 ? end : at;
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
        boolean isNext = !isUnderWay && !rank.hasMore && rank.again == null;
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
    private boolean takeIn(Part part, Slip slip, Part.Scan scan, boolean isSure, long now) {
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

    /** What was known and is there no more was taken by others. */
    private void looked(Reading.Want want, List<Slip> found, long now) {
        Part part = want.part;
        Spot from = want.from();
        if (from == null || part.phase == Part.Phase.OVER) {
            return;
        }
        TreeSet<Spot> there = new TreeSet<>();
        found.forEach(slip -> there.add(slip.spot()));
        boolean isCut = found.size() == want.atMost();
        for (Map.Entry<Spot, JobRun> known : List.copyOf(part.live.tailMap(from).entrySet())) {
            Spot spot = known.getKey();
            boolean covered = !isCut || spot.compareTo(found.getLast().spot()) <= 0;
            boolean isThere = there.contains(spot) || part.fresh.contains(spot);
            if (spot.rank() == from.rank() && covered && !isThere) {
                machine.ends.vanished(known.getValue(), now);
            }
        }
    }
}
