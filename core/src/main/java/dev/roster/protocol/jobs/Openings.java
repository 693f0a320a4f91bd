package dev.roster.protocol.jobs;

import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.Mutant;
import java.util.List;

/** Takes in what the last owner of a partition left: marks, and what was saved. */
final class Openings {
    private static final int PAGE = 1000;

    private final JobsMachine machine;

    Openings(JobsMachine machine) {
        this.machine = machine;
    }

    static Reading.Want want(Part part) {
        return new Reading.Want(part, Reading.Kind.LEFT, part.progressAt, null, PAGE);
    }

    /** What was left is read once more: something may have come late. */
    static void again(Part part) {
        part.saved.clear();
        part.ownersRead = false;
        part.progressAt = null;
    }

    /** Takes in what was read. */
    void done(Reading.Want want, List<Slip> found, long now) {
        Part part = want.part;
        if (part.phase != Part.Phase.OPENING) {
            return;
        }
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
}
