package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.protocol.jobs.Flush;
import dev.roster.protocol.jobs.JobRun;
import dev.roster.protocol.jobs.Ledger;
import dev.roster.protocol.jobs.Outcome;
import dev.roster.protocol.jobs.ProgressRecord;
import dev.roster.protocol.jobs.Step;
import dev.roster.protocol.jobs.StopCause;
import dev.roster.testkit.check.Observation;
import java.util.List;

/**
 * A handler at a job, as a user might write it: it saves now and then, fails at times, and ends.
 */
final class JobCall {
    private final Simulation simulation;
    private final JobsScene scene;
    private final SimulatedProcess process;
    private final WorkRun work;
    private final JobRun run;
    private final JobPlan plan;
    private final String job;
    private Outcome outcome = new Outcome.Done(List.of());
    private long checkpoint;
    private int stepsLeft;
    private boolean isHanging;
    private boolean isStopping;
    private boolean isRevoked;
    private boolean isOver;

    JobCall(
            Simulation simulation,
            JobsScene scene,
            SimulatedProcess process,
            WorkRun work,
            JobRun run) {
        this.simulation = simulation;
        this.scene = scene;
        this.process = process;
        this.work = work;
        this.run = run;
        this.plan = JobPlan.of(run.job());
        this.job = JobsScene.name(run.partition(), run.spot());
    }

    JobRun run() {
        return run;
    }

    Outcome outcome() {
        return outcome;
    }

    void begin() {
        simulation.tally.count(Sometimes.JOB_STARTED);
        ProgressRecord before = run.progress();
        if (before != null && before.checkpoint().size() > 0) {
            simulation.tally.count(Sometimes.JOB_RESUMED);
            checkpoint = Long.parseLong(before.checkpoint().toUtf8());
        }
        simulation.observe(
                new Observation.JobStarted(
                        simulation.now(),
                        work.member(),
                        Population.JOBS,
                        work.key(),
                        run.token(),
                        job,
                        plan.submit(),
                        plan.key(),
                        plan.number(),
                        plan.isGood(),
                        checkpoint));
        isHanging = simulation.network.isTroubled && simulation.chance(0.02);
        stepsLeft = plan.checkpoints();
        process.after(plan.nanos() / (stepsLeft + 1), this::step);
    }

    private void step() {
        if (isOver || isHanging || isStopping) {
            return;
        }
        if (stepsLeft > 0) {
            stepsLeft--;
            checkpoint++;
            process.jobs()
                    .machine()
                    .save(
                            run,
                            Bytes.utf8(Long.toString(checkpoint)),
                            0,
                            "",
                            simulation.chance(0.3));
            process.after(plan.nanos() / (plan.checkpoints() + 1), this::step);
            process.jobs().act();
            return;
        }
        boolean failsOnce = simulation.network.isTroubled && simulation.chance(0.1);
        switch (plan.kind()) {
            case GOOD -> end(failsOnce ? failed() : new Outcome.Done(List.of()));
            case TRANSACTION -> commit();
            case BAD -> end(failed());
            case POISON -> crash();
        }
    }

    private static Outcome failed() {
        return new Outcome.Failed("it did not work out", "", false);
    }

    private void crash() {
        if (!simulation.network.isTroubled
                && scene.at(run.partition(), Ledger.WORK, run.spot()) == null) {
            // It is over, and the group is left alone.
            end(failed());
            return;
        }
        simulation.tally.count(Sometimes.JOB_ENDED_ITS_PROCESS);
        simulation.observe(
                new Observation.JobCrashed(
                        simulation.now(),
                        work.member(),
                        Population.JOBS,
                        work.key(),
                        run.token(),
                        job,
                        run.job().maxAttempts()));
        isOver = true;
        simulation.population.crash(process);
        simulation.schedule.after(
                simulation.scenario.timing().leaseNanos() / 2,
                () -> simulation.population.startAgain(process));
    }

    /** Its effect and its end are one transaction. */
    private void commit() {
        long now = process.jobs().micros();
        List<Step> steps = process.jobs().machine().completion(run, List.of(), now);
        JobsScene.Owner owner = process.jobs().owner(work);
        scene.calls.send(
                process,
                () -> {
                    Flush.Answer answer = scene.applyOwned(owner, null, steps);
                    if (answer instanceof Flush.Answer.Applied) {
                        simulation.tally.count(Sometimes.JOB_EFFECT);
                        simulation.observe(new Observation.JobEffect(simulation.now(), job));
                    }
                    return answer;
                },
                answer ->
                        end(
                                answer instanceof Flush.Answer.Applied
                                        ? new Outcome.Committed()
                                        : failed()));
    }

    /** It may stop, and some do. */
    void warn() {
        if (simulation.chance(0.5)) {
            stop();
        }
    }

    void interrupt(StopCause cause) {
        if (cause == StopCause.LOST) {
            revoke();
        }
        boolean isStuck =
                simulation.network.isTroubled
                        && simulation.scenario.has(Fault.STUCK)
                        && simulation.chance(0.1);
        if (!isStuck) {
            stop();
        }
    }

    /** What it does counts no more, whatever it does. */
    void revoke() {
        if (!isRevoked && !isOver) {
            isRevoked = true;
            observeStop(false);
        }
    }

    private void stop() {
        if (!isStopping && !isOver) {
            isStopping = true;
            process.after(simulation.network.delay(), () -> end(failed()));
        }
    }

    private void observeStop(boolean isWell) {
        simulation.observe(
                new Observation.JobStopped(
                        simulation.now(), work.member(), job, run.token(), isWell));
    }

    private void end(Outcome how) {
        if (isOver) {
            return;
        }
        isOver = true;
        outcome = how;
        if (!isRevoked) {
            observeStop(!(how instanceof Outcome.Failed));
        }
        process.jobs().ended(this);
    }
}
