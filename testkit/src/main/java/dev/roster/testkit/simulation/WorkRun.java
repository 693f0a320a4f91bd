package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.protocol.Effect;
import dev.roster.protocol.Event;
import dev.roster.protocol.Proof;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.check.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A handler at work on a key, as a user might write it: it does an effect now and then, some of
 * them in the store under its proof, some at a resource that checks the token; it ends when it
 * likes to; it stops when it is told, mostly soon.
 */
final class WorkRun {
    private static final Bytes CONTENT = Bytes.utf8("effect");

    private final Simulation simulation;
    private final SimulatedProcess process;
    private final String member;
    private final Effect.StartWork start;
    private final Work work;
    private final @Nullable SimulatedConsumer jobs;
    private boolean isStopping;
    private boolean isRevoked;
    private boolean isOver;

    WorkRun(Simulation simulation, SimulatedProcess process, Effect.StartWork start) {
        this.simulation = simulation;
        this.process = process;
        this.member = process.incarnation();
        this.start = start;
        this.work = new Work(start.division(), start.key());
        this.jobs = work.division().equals(Population.JOBS) ? process.jobs() : null;
    }

    void begin() {
        simulation.tally.count(Sometimes.WORK_STARTED);
        simulation.observe(
                new Observation.WorkStarted(
                        simulation.now(), member, work.division(), work.key(), start.token()));
        if (jobs != null) {
            jobs.owned(this);
            return;
        }
        Handlers handlers = simulation.handlers;
        if (handlers.endsByItself(work)) {
            process.after(handlers.runNanos(), this::endByItself);
        }
        process.after(handlers.writeNanos(), this::write);
    }

    boolean isRevoked() {
        return isRevoked;
    }

    String member() {
        return member;
    }

    long token() {
        return start.token();
    }

    Proof proof() {
        return start.proof();
    }

    String key() {
        return work.key();
    }

    boolean isStopping() {
        return isStopping;
    }

    void stop(Effect.StopReason reason) {
        if (isOver || isStopping) {
            return;
        }
        isStopping = true;
        simulation.tally.count(
                reason == Effect.StopReason.LOST ? Sometimes.WORK_LOST : Sometimes.WORK_MOVED);
        if (jobs == null) {
            process.after(simulation.handlers.stopNanos(), () -> end(new Event.Ending.Stopped()));
        } else if (reason == Effect.StopReason.LOST) {
            jobs.lost(this);
            process.after(0, () -> end(new Event.Ending.Stopped()));
        } else {
            jobs.drain(this);
        }
    }

    /** A partition of the queue is given up. */
    void confirm(Event.Ending ending) {
        end(ending);
    }

    /** The guard says no from now on, whatever the handler does. */
    void revoke() {
        if (!isRevoked && !isOver) {
            isRevoked = true;
            observeEnd();
        }
    }

    private void observeEnd() {
        simulation.observe(
                new Observation.WorkEnded(
                        simulation.now(), member, work.division(), work.key(), start.token()));
    }

    private void endByItself() {
        if (!simulation.network.isTroubled) {
            return; // The group shall be left alone.
        }
        Event.Ending ending = simulation.handlers.ending();
        switch (ending) {
            case Event.Ending.Done done -> simulation.tally.count(Sometimes.WORK_DONE);
            case Event.Ending.Failed failed -> simulation.tally.count(Sometimes.WORK_FAILED);
            case Event.Ending.GivenBack back -> simulation.tally.count(Sometimes.WORK_GIVEN_BACK);
            case Event.Ending.Stopped stopped -> {}
        }
        end(ending);
    }

    private void end(Event.Ending ending) {
        if (isOver) {
            return;
        }
        if (!isRevoked) {
            observeEnd();
        }
        isOver = true;
        process.ended(start.token(), work);
        process.on(new Event.WorkEnded(work.division(), work.key(), start.token(), ending));
    }

    private void write() {
        if (isOver) {
            return;
        }
        process.after(simulation.handlers.writeNanos(), this::write);
        boolean guard = !isRevoked && process.guardSaysYes();
        if (!guard) {
            simulation.tally.count(Sometimes.GUARD_SAID_NO);
        }
        if (!guard && !simulation.scenario.reckless()) {
            return;
        }
        boolean inStore = simulation.chance(0.5);
        long delay = simulation.network.delay();
        if (simulation.network.meets(Fault.LATE)) {
            delay += simulation.network.lateness();
        }
        if (!process.link.losesRequests()) {
            simulation.schedule.after(delay, inStore ? this::effectInStore : this::effect);
        }
    }

    private void effect() {
        simulation.resource.effect(member, work, start.token());
    }

    private void effectInStore() {
        if (simulation.store.isDown) {
            return;
        }
        Commit commit =
                new Commit(
                        start.proof().store(),
                        start.proof().conditions(),
                        List.of(
                                new Operation.Put(
                                        "app/" + work.division() + "/" + work.key(), CONTENT)));
        CommitResult result = simulation.store.apply(commit, member);
        if (result instanceof CommitResult.Applied) {
            simulation.tally.count(Sometimes.EFFECT_ACCEPTED_IN_STORE);
            simulation.observe(
                    new Observation.EffectAccepted(
                            simulation.now(),
                            member,
                            work.division(),
                            work.key(),
                            start.token(),
                            true));
        } else {
            simulation.tally.count(Sometimes.ZOMBIE_REFUSED_IN_STORE);
            simulation.observe(
                    new Observation.EffectRefused(
                            simulation.now(),
                            member,
                            work.division(),
                            work.key(),
                            start.token(),
                            true));
        }
    }
}
