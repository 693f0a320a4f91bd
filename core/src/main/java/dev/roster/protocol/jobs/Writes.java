package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.Mutant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is written: everything that has come up meanwhile, a batch for each partition, one
 * flush at a time. What was not applied goes first in the next one.
 */
final class Writes {
    /** Most bytes of one batch. */
    private static final int BYTES = 1 << 20;

    /** Most jobs of one batch. */
    private static final int JOBS = 1000;

    /** A job's end takes this many operations at most, beyond what goes along. */
    private static final int STEPS = 4;

    private static final long AGAIN = 100_000;
    private static final long AGAIN_MOST = 5_000_000;

    private final JobsMachine machine;
    private boolean isUnderWay;
    private long notBefore;
    private long patience = AGAIN;
    private long saveAt;

    Writes(JobsMachine machine) {
        this.machine = machine;
    }

    long wakeAt(long now) {
        if (isUnderWay) {
            return Long.MAX_VALUE;
        }
        long wake = Long.MAX_VALUE;
        for (Part part : machine.parts.values()) {
            if (part.hasToWrite() || hasUrgent(part)) {
                return Math.max(now, notBefore);
            }
            if (!part.saving.isEmpty()) {
                wake = Math.min(wake, Math.max(saveAt, notBefore));
            }
        }
        return wake;
    }

    private static boolean hasUrgent(Part part) {
        if (part.saving.isEmpty()) {
            return false;
        }
        return part.phase != Part.Phase.ACTIVE || part.saving.hasUrgent();
    }

    @Nullable Flush next(long now) {
        if (isUnderWay || now < notBefore) {
            return null;
        }
        boolean savesAll = now >= saveAt;
        List<Flush.Batch> batches = new ArrayList<>();
        for (Part part : machine.parts.values()) {
            boolean saves = !part.saving.isEmpty() && (savesAll || hasUrgent(part));
            if (part.hasToWrite() || saves) {
                batches.add(batch(part, saves, now));
                part.isInFlight = true;
            }
        }
        if (batches.isEmpty()) {
            return null;
        }
        if (savesAll) {
            saveAt = now + JobsMachine.SAVE;
        }
        isUnderWay = true;
        return new Flush(batches);
    }

    private Flush.Batch batch(Part part, boolean saves, long now) {
        if (part.ownersUnwritten) {
            return turn(part);
        }
        List<Step> steps = new ArrayList<>();
        int room = machine.settings.operations() - STEPS;
        List<JobRun> ending = new ArrayList<>();
        List<DoneRecord.Line> lines = new ArrayList<>();
        int size = 1;
        int bytes = 0;
        while (!part.ending.isEmpty() && ending.size() < JOBS) {
            JobRun run = part.ending.getFirst();
            int more = STEPS + (run.end instanceof JobRun.End.Finish it ? it.also().size() : 0);
            if (!ending.isEmpty() && (size + more > room || bytes > BYTES)) {
                break;
            }
            part.ending.removeFirst();
            ending.add(run);
            int before = steps.size();
            bytes += write(run, steps, lines, now);
            // A condition and a change count apart.
            size += steps.size() - before + (run.end instanceof JobRun.End.Again ? 1 : 0);
        }
        if (machine.settings.keepsDone() && !lines.isEmpty()) {
            Spot spot = new Spot(0, now, lines.getFirst().id());
            steps.add(
                    new Step.Put(
                            part.partition, Ledger.DONE, spot, new DoneRecord(lines).toBytes()));
            size++;
        }
        TreeSet<Spot> leftovers = new TreeSet<>();
        while (!part.leftovers.isEmpty() && size < room) {
            Spot spot = part.leftovers.removeFirst();
            leftovers.add(spot);
            steps.add(new Step.Remove(part.partition, Ledger.PROGRESS, spot));
            size++;
        }
        List<Flush.Save> saved = new ArrayList<>();
        if (saves) {
            save(part, steps, saved, leftovers, room - size);
        }
        return new Flush.Batch(
                part,
                steps,
                ending,
                saved,
                leftovers,
                null,
                isRepeatable(steps, saved) ? null : part.turn);
    }

    /**
     * A turn of writing, alone. What was sent in an earlier one, and is under way still, has no
     * effect once this has.
     */
    private static Flush.Batch turn(Part part) {
        part.ownersUnwritten = false;
        part.owners = part.owners.next();
        Bytes value = part.owners.toBytes();
        Step put = new Step.Put(part.partition, Ledger.PROGRESS, PartitionRecord.SPOT, value);
        return new Flush.Batch(
                part, List.of(put), List.of(), List.of(), new TreeSet<>(), value, null);
    }

    /** Whether what is taken keeps it from taking effect twice, or after what replaced it. */
    private boolean isRepeatable(List<Step> steps, List<Flush.Save> saved) {
        if (machine.is(Mutant.JOB_CHECKPOINT_LATE)) {
            return true;
        }
        return saved.isEmpty() && steps.stream().noneMatch(Step.Replace.class::isInstance);
    }

    private static void save(
            Part part, List<Step> steps, List<Flush.Save> saved, Set<Spot> written, int room) {
        for (JobRun run : part.saving.all()) {
            if (saved.size() >= room && !saved.isEmpty()) {
                return;
            }
            if (written.contains(run.progressSpot())) {
                continue;
            }
            part.saving.remove(run);
            ProgressRecord progress = run.progress;
            if (progress != null) {
                run.hasRow = true;
                saved.add(new Flush.Save(run, progress));
                steps.add(put(run, progress));
            }
        }
    }

    private static Step put(JobRun run, ProgressRecord progress) {
        return new Step.Put(
                run.partition(), Ledger.PROGRESS, run.progressSpot(), progress.toBytes());
    }

    /** Writes how a job ends; returns about how many bytes. */
    private int write(JobRun run, List<Step> steps, List<DoneRecord.Line> lines, long now) {
        run.part.saving.remove(run);
        int partition = run.partition();
        switch (run.end) {
            case null -> throw new IllegalStateException("It has no end.");
            case JobRun.End.Finish finish -> {
                steps.add(new Step.Take(partition, Ledger.WORK, run.spot()));
                forgetProgress(run, steps);
                steps.addAll(finish.also());
                lines.add(Ends.line(run, finish.state(), now));
                return 100 + finish.also().size() * 200;
            }
            case JobRun.End.Again again -> {
                Bytes value = again.next().toBytes();
                if (again.spot().equals(run.spot())) {
                    steps.add(new Step.Replace(partition, Ledger.WORK, run.spot(), value));
                } else {
                    steps.add(new Step.Take(partition, Ledger.WORK, run.spot()));
                    if (!machine.is(Mutant.JOB_RETRY_NOT_PUT)) {
                        steps.add(new Step.Put(partition, Ledger.WORK, again.spot(), value));
                    }
                }
                ProgressRecord progress = run.progress;
                if (progress != null && !progress.equals(run.recorded)) {
                    run.hasRow = true;
                    steps.add(put(run, progress));
                }
                return value.size();
            }
            case JobRun.End.Dead dead -> {
                Bytes value = dead.dead().toBytes();
                steps.add(new Step.Take(partition, Ledger.WORK, run.spot()));
                Spot spot = new Spot(0, dead.dead().at(), run.spot().id());
                steps.add(new Step.Put(partition, Ledger.DEAD, spot, value));
                forgetProgress(run, steps);
                return value.size();
            }
        }
    }

    private static void forgetProgress(JobRun run, List<Step> steps) {
        if (run.hasRow) {
            steps.add(new Step.Remove(run.partition(), Ledger.PROGRESS, run.progressSpot()));
        }
    }

    void done(Flush flush, List<Flush.Answer> answers, long now) {
        isUnderWay = false;
        boolean failed = false;
        for (int n = 0; n < flush.batches().size(); n++) {
            Flush.Batch batch = flush.batches().get(n);
            Part part = batch.part;
            part.isInFlight = false;
            if (part.phase == Part.Phase.OVER) {
                continue;
            }
            switch (answers.get(n)) {
                case Flush.Answer.Applied unused -> applied(batch, now);
                case Flush.Answer.Refused refused -> failed |= refused(batch, refused, now);
                case Flush.Answer.Fenced fenced -> {
                    machine.tally.fenced++;
                    machine.report(
                            JobsEffect.Kind.FENCED, "partition " + part.partition, fenced.why());
                    machine.lost(part, now);
                    machine.emit(new JobsEffect.Fenced(part.partition, part.token));
                }
                case Flush.Answer.Failed it -> {
                    failed = true;
                    notApplied(batch, new LinkedHashSet<>(), it.why());
                }
                case Flush.Answer.Unknown it -> {
                    failed = true;
                    batch.ending.forEach(run -> run.wasUnknown = true);
                    part.ownersUnwritten |= batch.under() != null;
                    notApplied(batch, new LinkedHashSet<>(), it.why());
                }
            }
            machine.settle(part);
        }
        if (failed) {
            notBefore = now + patience;
            patience = Math.min(AGAIN_MOST, patience * 2);
        } else {
            patience = AGAIN;
        }
    }

    private void applied(Flush.Batch batch, long now) {
        for (JobRun run : batch.ending) {
            machine.ends.resolved(run, now);
        }
        for (Flush.Save save : batch.saves) {
            save.run().recorded = save.progress();
            machine.starts.saved(save.run(), now);
            machine.emit(new JobsEffect.Saved(save.run(), save.progress().sequence()));
        }
        if (batch.owners != null) {
            batch.part.turn = batch.owners;
            machine.ownersWritten(batch.part);
        }
    }

    /** Some of the jobs had been taken out; all others are written again. */
    private boolean refused(Flush.Batch batch, Flush.Answer.Refused refused, long now) {
        Set<JobRun> out = new LinkedHashSet<>();
        for (JobRun run : batch.ending) {
            if (refused.spots().contains(run.spot())) {
                out.add(run);
            }
        }
        // Nothing that was to be taken is missing: what was sent in an earlier turn came late.
        batch.part.ownersUnwritten |= out.isEmpty();
        notApplied(batch, out, "refused");
        for (JobRun run : out) {
            if (run.wasUnknown) {
                // The first time did it, as far as anybody can tell.
                machine.ends.resolved(run, now);
            } else {
                machine.ends.refused(run, now);
            }
        }
        return out.isEmpty();
    }

    private void notApplied(Flush.Batch batch, Set<JobRun> but, String why) {
        Part part = batch.part;
        if (but.isEmpty()) {
            machine.report(JobsEffect.Kind.COMMIT_FAILED, "partition " + part.partition, why);
        }
        for (JobRun run : batch.ending.reversed()) {
            if (!but.contains(run)) {
                part.ending.addFirst(run);
            }
        }
        for (Flush.Save save : batch.saves) {
            JobRun run = save.run();
            boolean isOver = run.state == JobRun.State.OVER && run.told != StopCause.DRAIN;
            if (!isOver) {
                part.saving.add(run, true);
            }
        }
        part.ownersUnwritten |= batch.owners != null;
        part.leftovers.addAll(batch.leftovers);
    }
}
