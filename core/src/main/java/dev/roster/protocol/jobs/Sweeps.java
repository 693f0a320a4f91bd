package dev.roster.protocol.jobs;

import dev.roster.protocol.Mutant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * Decides when all that an owner should know is read once more, for what appeared far before where
 * reading came to.
 *
 * <p>Every few seconds a partition is read from {@link #HORIZON} before the last time on, together
 * with what is due. What took effect still later is found by reading from the very beginning. Where
 * a store cannot tidy up, since something holds an old snapshot of it, that passes over all that
 * was ever taken out meanwhile: so it is a reading of its own, of fewer partitions the longer it
 * takes, and takes up one in {@link #SHARE} parts of the time. When it fails, all else goes on.
 */
final class Sweeps {
    /** What takes effect within this time after it is due is found with what is due. */
    static final long HORIZON = 30_000_000;

    /** From here on back all is read by readings of their own; they overlap with the others. */
    private static final long LATEST = HORIZON / 2;

    private static final int SHARE = 50;
    private static final long FAST = 50_000;
    private static final long SLOW = 200_000;

    private final JobsMachine machine;
    private final Breadth breadth = new Breadth(FAST, SLOW);

    /** What is still to be read in this round. */
    private final LinkedHashSet<Part> left = new LinkedHashSet<>();

    private long roundAt;
    private long notBefore;
    private boolean isHeavy;

    Sweeps(JobsMachine machine) {
        this.machine = machine;
    }

    /** The first partition is owned. */
    void begin(long now) {
        roundAt = Math.max(roundAt, now);
    }

    /** Whether reading from the very beginning is to be avoided. */
    boolean isHeavy() {
        return isHeavy || machine.is(Mutant.JOB_FULL_SWEEP_LEFT_OUT);
    }

    private boolean isLeftOut() {
        return machine.is(Mutant.JOB_FULL_SWEEP_LEFT_OUT) || machine.is(Mutant.JOB_LATE_OVERLOOKED);
    }

    long wakeAt() {
        return isLeftOut()
                ? Long.MAX_VALUE
                : Math.max(notBefore, left.isEmpty() ? roundAt + JobsMachine.SWEEP : 0);
    }

    /**
     * What is to be read now; nothing, mostly.
     *
     * @param page how many entries of each, by how many partitions are read
     */
    List<Reading.Want> next(long now, IntUnaryOperator page) {
        if (now < wakeAt()) {
            return List.of();
        }
        left.removeIf(part -> part.phase != Part.Phase.ACTIVE);
        if (left.isEmpty()) {
            if (now < roundAt + JobsMachine.SWEEP) {
                return List.of();
            }
            begin(now);
            machine.parts.values().forEach(part -> begin(part, now));
        }
        List<Part> chosen = left.stream().limit(breadth.parts()).toList();
        List<Reading.Want> wants = new ArrayList<>();
        for (Part part : chosen) {
            part.scans++;
            int atMost = page.applyAsInt(chosen.size()) + part.live.size();
            for (int number = 0; number < Spot.RANKS; number++) {
                Part.Rank rank = part.ranks[number];
                Spot from = rank.sweepFrom;
                if (from != null) {
                    rank.sweep = new Part.Scan(part.scans, from, now);
                    Spot to = Spot.first(number, Math.max(now - LATEST, from.due() + 1));
                    wants.add(new Reading.Want(part, Reading.Kind.SWEEP, from, to, atMost));
                }
            }
        }
        return wants;
    }

    private void begin(Part part, long now) {
        // What was owned since was just read from the beginning.
        if (part.phase == Part.Phase.ACTIVE && part.since + JobsMachine.SWEEP <= now) {
            part.sweepBegan = now;
            for (int number = 0; number < Spot.RANKS; number++) {
                part.ranks[number].sweepFrom = Spot.first(number, 0);
            }
            left.add(part);
        }
    }

    /** What one stretch brought. */
    void done(Reading.Want want, List<Slip> found, long now) {
        Part part = want.part;
        Spot from = want.from();
        if (part.phase != Part.Phase.ACTIVE || from == null) {
            return;
        }
        Part.Rank rank = part.ranks[from.rank()];
        rank.wasRead(from, !found.isEmpty());
        rank.sweepFrom = found.size() == want.atMost() ? found.getLast().spot() : null;
        for (Slip slip : found) {
            if (!machine.reads.takeIn(part, slip, rank.sweep, true, now)) {
                rank.sweepFrom = null;
                part.readAgainFrom(slip.spot());
                return;
            }
        }
    }

    /** All of a reading was taken in. */
    void done(Reading reading, long began, long now) {
        Set<Part> read = reading.parts();
        for (Part part : read) {
            if (part.isSwept()) {
                left.remove(part);
                part.sweptAll = part.sweepBegan;
            }
        }
        long took = now - began;
        breadth.took(read.size(), took);
        isHeavy = took > SLOW || (isHeavy && (took > FAST || read.size() < machine.parts.size()));
        notBefore = now + SHARE * took;
    }

    void failed(Reading reading, long began, long now) {
        Set<Part> read = reading.parts();
        breadth.failed(read.size());
        isHeavy = true;
        notBefore = now + Math.max(JobsMachine.SWEEP, SHARE * (now - began));
        // The others are not to wait for one that cannot be read.
        left.removeAll(read);
        left.addAll(read);
    }
}
