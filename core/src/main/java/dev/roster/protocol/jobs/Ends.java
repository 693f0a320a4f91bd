package dev.roster.protocol.jobs;

import dev.roster.Bytes;
import dev.roster.protocol.Mutant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Decides what becomes of jobs: finished, tried again, put aside, given back, stopped. */
final class Ends {
    private final JobsMachine machine;
    private final Alarms alarms;

    Ends(JobsMachine machine) {
        this.machine = machine;
        this.alarms = machine.alarms;
    }

    void ended(JobRun run, Outcome outcome, long now) {
        if (run.state != JobRun.State.RUNNING) {
            return;
        }
        machine.starts.free(run);
        StopCause told = run.told;
        switch (outcome) {
            case Outcome.Done done -> {
                end(run, new JobRun.End.Finish(EndState.DONE, done.also()));
                machine.starts.leaveLane(run, now);
            }
            case Outcome.Committed unused -> {
                if (machine.is(Mutant.JOB_END_APART)) {
                    end(run, new JobRun.End.Finish(EndState.DONE, List.of()));
                } else {
                    forgetAll(run);
                    machine.tell(run, JobsEffect.What.SUCCEEDED);
                }
                machine.starts.leaveLane(run, now);
            }
            case Outcome.Failed failed -> {
                if (told == StopCause.CANCELLED) {
                    cancelled(run, now);
                } else if (told == StopCause.DRAIN) {
                    giveBack(run);
                } else if (told == StopCause.TIMEOUT) {
                    timedOut(run, failed.stack(), now);
                } else {
                    failed(run, failed, now);
                }
            }
        }
        machine.settle(run.part);
    }

    /** What ends a job well, by itself. */
    List<Step> completion(JobRun run, List<Step> also, long now) {
        if (machine.is(Mutant.JOB_END_APART)) {
            return also;
        }
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Take(run.partition(), Ledger.WORK, run.spot()));
        steps.add(new Step.Remove(run.partition(), Ledger.PROGRESS, run.progressSpot()));
        steps.addAll(also);
        if (machine.settings.keepsDone()) {
            Spot spot = new Spot(0, now, run.spot().id());
            Bytes value = new DoneRecord(List.of(line(run, EndState.DONE, now))).toBytes();
            steps.add(new Step.Put(run.partition(), Ledger.DONE, spot, value));
        }
        return steps;
    }

    /** What is told of a job that ended. */
    static DoneRecord.Line line(JobRun run, EndState state, long now) {
        JobRecord job = run.job();
        return new DoneRecord.Line(
                run.spot().id(), job.task(), job.key(), state, run.attempt, job.submitted(), now);
    }

    void putAside(Part part, Slip slip, String why, long now) {
        JobRecord none =
                new JobRecord(
                        "", "", "", slip.value(), new TreeMap<>(), 0, 0, 0, 0, 0, 0, List.of());
        JobRun run = new JobRun(part, slip.spot(), none, null, null, 0);
        part.live.put(run.spot(), run);
        end(
                run,
                new JobRun.End.Dead(
                        new DeadRecord("unreadable: " + why, now, slip.spot(), slip.value())));
        machine.report(JobsEffect.Kind.CORRUPT_RECORD, run, why);
    }

    static void end(JobRun run, JobRun.End end) {
        run.state = JobRun.State.ENDING;
        run.end = end;
        run.part.ending.add(run);
    }

    private void timedOut(JobRun run, String stack, long now) {
        String message = "it ran for longer than %d ms".formatted(Starts.timeout(run) / 1000);
        failed(run, new Outcome.Failed(message, stack, false), now);
    }

    private void failed(JobRun run, Outcome.Failed failed, long now) {
        JobError error =
                new JobError(
                        run.attempt,
                        now,
                        machine.settings.member(),
                        failed.message(),
                        failed.stack());
        TaskSettings settings = run.settings();
        if (failed.forGood() || run.attempt >= Starts.attempts(run)) {
            end(
                    run,
                    new JobRun.End.Dead(
                            new DeadRecord(
                                    failed.message(),
                                    now,
                                    run.spot(),
                                    run.job().failed(error, now).toBytes())));
            return;
        }
        long at = now + settings.backoff().delay(run.attempt, machine.random.nextDouble());
        JobRecord next = run.job().failed(error, at);
        boolean stays = run.lane != null && settings.order() == TaskSettings.Order.BLOCK;
        Spot spot = stays ? run.spot() : new Spot(run.spot().rank(), at, run.spot().id());
        // It may be read where it is put before it is known here that it is.
        keepSaved(run);
        end(run, new JobRun.End.Again(next, spot));
        if (!stays || machine.is(Mutant.JOB_KEY_GOES_ON)) {
            machine.starts.leaveLane(run, now);
        }
    }

    void die(JobRun run, String why, long now) {
        end(run, new JobRun.End.Dead(new DeadRecord(why, now, run.spot(), run.job().toBytes())));
    }

    private void giveBack(JobRun run) {
        run.state = JobRun.State.OVER;
        run.part.live.remove(run.spot(), run);
        ProgressRecord progress = run.progress;
        if (progress != null && run.isMarked) {
            // Whatever becomes of the next owner: this attempt was not spent. One before it may be.
            run.progress = progress.by(run.attempt - 1, run.isCounted ? progress.began() : 0);
            run.part.saving.add(run, false);
        }
        machine.tell(run, JobsEffect.What.GIVEN_BACK);
    }

    private void cancelled(JobRun run, long now) {
        forgetAll(run);
        machine.tell(run, JobsEffect.What.CANCELLED);
        machine.starts.leaveLane(run, now);
    }

    /** Others took the job out; what it saved meanwhile goes, too. */
    private void forgetAll(JobRun run) {
        machine.forget(run);
        forgetSaved(run);
        run.part.saving.remove(run);
        if (run.hasRow) {
            run.part.leftovers.add(run.progressSpot());
        }
    }

    /** A job's end, or that it is put back, is written. */
    void resolved(JobRun run, long now) {
        JobRun.End end = run.end;
        machine.forget(run);
        switch (end) {
            case null -> throw new IllegalStateException("It has no end.");
            case JobRun.End.Finish finish -> {
                forgetSaved(run);
                boolean isExpired = finish.state() == EndState.EXPIRED;
                machine.tell(run, isExpired ? JobsEffect.What.EXPIRED : JobsEffect.What.SUCCEEDED);
            }
            case JobRun.End.Dead dead -> {
                forgetSaved(run);
                if (run.part.isCareful && run.part.suspects.contains(run.spot().id())) {
                    machine.starts.endCare(run.part);
                }
                machine.report(JobsEffect.Kind.WORK_GIVEN_UP, run, dead.dead().why());
                machine.tell(run, JobsEffect.What.DEAD);
            }
            case JobRun.End.Again again -> {
                machine.tell(run, JobsEffect.What.RETRIED);
                boolean isActive = run.part.phase == Part.Phase.ACTIVE;
                if (!again.spot().equals(run.spot())) {
                    run.part.expect(again.spot());
                } else if (isActive) {
                    JobRun next =
                            new JobRun(
                                    run.part,
                                    run.spot(),
                                    again.next(),
                                    run.task,
                                    run.lane,
                                    run.bytes);
                    next.progress = run.progress;
                    next.recorded = run.progress;
                    next.hasRow = run.hasRow;
                    run.part.live.put(next.spot(), next);
                    run.part.gone.remove(next.spot());
                    machine.starts.enter(next, now);
                }
            }
        }
        machine.starts.leaveLane(run, now);
    }

    private static void forgetSaved(JobRun run) {
        if (run.progress != null) {
            run.part.saved.remove(run.spot().id());
            run.part.recounted.remove(run.spot().id());
        }
    }

    private static void keepSaved(JobRun run) {
        ProgressRecord progress = run.progress;
        if (progress != null) {
            run.part.saved.put(run.spot().id(), progress);
            run.part.recounted.add(run.spot().id());
        }
    }

    /** A job is in the queue no more, and it was not this consumer that took it. */
    void vanished(JobRun run, long now) {
        switch (run.state) {
            case WAITING -> {
                machine.starts.leave(run);
                Lane lane = run.lane;
                if (lane != null) {
                    lane.waiting.remove(run.spot(), run);
                }
                cancelled(run, now);
            }
            case RUNNING -> stop(run, StopCause.CANCELLED, now);
            case MARKING, ENDING, OVER -> {}
        }
    }

    /** A job's end was refused: it had been taken out before. */
    void refused(JobRun run, long now) {
        cancelled(run, now);
    }

    void stop(JobRun run, StopCause cause, long now) {
        if (run.told == null || cause == StopCause.LOST) {
            run.told = cause;
            machine.emit(new JobsEffect.Interrupt(run, cause));
            alarms.set(now + machine.settings.stuck(), Alarms.Kind.STUCK, run);
        }
    }

    void stopAll(Part part, StopCause cause, long now) {
        for (JobRun run : new ArrayList<>(part.live.values())) {
            if (cause == StopCause.LOST) {
                loseRun(run, now);
            } else if (run.state == JobRun.State.MARKING) {
                machine.starts.free(run);
                giveBack(run);
            } else if (run.state == JobRun.State.RUNNING && run.told == null) {
                run.told = cause;
                machine.emit(new JobsEffect.Warn(run, cause));
            }
        }
    }

    private void loseRun(JobRun run, long now) {
        boolean occupies = run.state == JobRun.State.RUNNING || run.state == JobRun.State.MARKING;
        if (run.state == JobRun.State.RUNNING) {
            stop(run, StopCause.LOST, now);
        }
        if (occupies) {
            machine.starts.free(run);
        }
        run.state = JobRun.State.OVER;
        machine.tell(run, JobsEffect.What.LOST);
    }

    void interruptDrained(Part part, long now) {
        for (JobRun run : part.live.values()) {
            if (run.told == StopCause.DRAIN && !run.isInterrupted) {
                run.isInterrupted = true;
                machine.emit(new JobsEffect.Interrupt(run, StopCause.DRAIN));
                alarms.set(now + machine.settings.stuck(), Alarms.Kind.STUCK, run);
            }
        }
    }

    /** The handler does not stop: its place is another's, and what it does counts no more. */
    void giveUpOn(JobRun run, long now) {
        machine.starts.free(run);
        machine.tell(run, JobsEffect.What.STUCK);
        machine.report(
                JobsEffect.Kind.STUCK_HANDLER,
                run,
                "it did not stop within %d ms; it goes on without its job"
                        .formatted(machine.settings.stuck() / 1000));
        StopCause told = run.told;
        if (told == StopCause.TIMEOUT) {
            timedOut(run, "", now);
        } else if (told == StopCause.CANCELLED) {
            cancelled(run, now);
        } else {
            // It may well be what ends the process, from within: given back, it would do so for
            // ever, in one member after the other.
            String message =
                    "it did not stop within %d ms when it was to go on elsewhere"
                            .formatted(machine.settings.stuck() / 1000);
            failed(run, new Outcome.Failed(message, "", false), now);
        }
        machine.settle(run.part);
    }
}
