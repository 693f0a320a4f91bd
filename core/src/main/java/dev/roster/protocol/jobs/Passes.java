package dev.roster.protocol.jobs;

import dev.roster.protocol.Mutant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides when a partition goes to a consumer that has a task which this one has not. Nothing of
 * the partition begins any more, what runs ends, and then it is passed on whole: so its jobs stay
 * in order, and none of them is run by two.
 */
final class Passes {
    /** So long a partition is kept at least in which there is something to do here, too. */
    static final long TURN = 2_000_000;

    /** How long what runs may go on before the partition goes on here after all. */
    static final long WAIT = 10_000_000;

    /** How long it takes at most until somebody else has it. */
    static final long MOVE = 5_000_000;

    /** After which time it is tried again. */
    static final long AGAIN = 10_000_000;

    /** What was not come by for so long, nor from the beginning on, is not there any more. */
    private static final long GONE = JobsMachine.SWEEP * 3 / 2;

    private final JobsMachine machine;
    private Set<String> elsewhere = new TreeSet<>();
    private boolean isNeeded;

    Passes(JobsMachine machine) {
        this.machine = machine;
    }

    /** The tasks that others have. */
    void others(Set<String> tasks) {
        elsewhere = new TreeSet<>(tasks);
        isNeeded = true;
    }

    /** A job was come by whose task is not known here. */
    void stranger(Part part, String task, long now) {
        if (!machine.is(Mutant.JOB_STRANGERS_KEPT)) {
            part.strangers.put(task, now);
            isNeeded = true;
        }
    }

    /** Goes on wherever something is to be passed on. */
    void go(long now) {
        if (!isNeeded) {
            return;
        }
        isNeeded = false;
        for (Part part : List.copyOf(machine.parts.values())) {
            if (part.phase == Part.Phase.ACTIVE) {
                begin(part, now);
            } else if (part.phase == Part.Phase.PASSING) {
                goOn(part, now);
            }
            isNeeded |= part.phase == Part.Phase.PASSING || !part.strangers.isEmpty();
        }
    }

    private void begin(Part part, long now) {
        part.strangers.values().removeIf(seen -> seen < Math.min(now - GONE, part.sweptAll));
        if (!isWanted(part) || now < passAt(part)) {
            return;
        }
        part.phase = Part.Phase.PASSING;
        part.passUntil = now + WAIT;
        machine.starts.rest(part);
        goOn(part, now);
    }

    /** Whether it should be passed on: what can be begun here with care comes first. */
    private boolean isWanted(Part part) {
        boolean hasCare = part.isCareful && !part.isIdle();
        return !machine.isPaused && !hasCare && !wanted(part).isEmpty();
    }

    private static long passAt(Part part) {
        return part.isIdle() ? part.passAfter : Math.max(part.passAfter, part.since + TURN);
    }

    private Set<String> wanted(Part part) {
        TreeSet<String> wanted = new TreeSet<>(part.strangers.keySet());
        wanted.retainAll(elsewhere);
        wanted.removeAll(machine.pausedTasks);
        return wanted;
    }

    private void goOn(Part part, long now) {
        if (now >= part.passUntil) {
            part.phase = Part.Phase.ACTIVE;
            part.isPassed = false;
            part.passAfter = now + AGAIN;
            part.isWoken = true;
            part.readAll();
        } else if (!part.isPassed && part.busy == 0) {
            part.isPassed = true;
            part.passUntil = now + MOVE;
            machine.emit(new JobsEffect.Pass(part.partition, part.token, wanted(part)));
        }
    }

    long wakeAt() {
        long wake = Long.MAX_VALUE;
        if (isNeeded) {
            for (Part part : machine.parts.values()) {
                if (part.phase == Part.Phase.PASSING) {
                    wake = Math.min(wake, part.passUntil);
                } else if (part.phase == Part.Phase.ACTIVE && isWanted(part)) {
                    wake = Math.min(wake, passAt(part));
                }
            }
        }
        return wake;
    }
}
