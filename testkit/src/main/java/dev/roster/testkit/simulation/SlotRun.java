package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.protocol.Effect;
import dev.roster.protocol.Event;
import dev.roster.testkit.check.Observation;
import java.util.List;

/** A slot's handler: effects under the slot's proof, until it is told to stop. */
final class SlotRun {
    private static final Bytes CONTENT = Bytes.utf8("effect");

    private final Simulation simulation;
    private final SimulatedProcess process;
    private final String member;
    private final Effect.StartSlot start;
    private boolean isStopping;
    private boolean isRevoked;
    private boolean isOver;

    SlotRun(Simulation simulation, SimulatedProcess process, Effect.StartSlot start) {
        this.simulation = simulation;
        this.process = process;
        this.member = process.incarnation();
        this.start = start;
    }

    void begin() {
        simulation.tally.count(Sometimes.SLOT_STARTED);
        simulation.observe(
                new Observation.SlotStarted(
                        simulation.now(),
                        member,
                        start.generation(),
                        start.slot(),
                        start.count(),
                        start.members()));
        process.after(simulation.handlers.writeNanos(), this::write);
    }

    void stop() {
        if (!isStopping) {
            isStopping = true;
            process.after(simulation.handlers.stopNanos(), this::end);
        }
    }

    /** The guard says no from now on. */
    void revoke() {
        if (!isRevoked && !isOver) {
            isRevoked = true;
            observeEnd();
        }
    }

    private void observeEnd() {
        simulation.observe(
                new Observation.SlotStopped(simulation.now(), member, start.generation()));
    }

    private void end() {
        if (!isRevoked) {
            observeEnd();
        }
        isOver = true;
        process.on(new Event.SlotStopped(start.generation()));
    }

    private void write() {
        if (isOver) {
            return;
        }
        process.after(simulation.handlers.writeNanos(), this::write);
        boolean guard = !isRevoked && process.guardSaysYes();
        if ((guard || simulation.scenario.reckless()) && !process.link.losesRequests()) {
            simulation.schedule.after(simulation.network.delay(), this::effect);
        }
    }

    private void effect() {
        if (simulation.store.isDown) {
            return;
        }
        CommitResult result =
                simulation.store.apply(
                        new Commit(
                                start.proof().store(),
                                start.proof().conditions(),
                                List.of(new Operation.Put("app/slot", CONTENT))),
                        member);
        boolean accepted = result instanceof CommitResult.Applied;
        simulation.tally.count(
                accepted ? Sometimes.SLOT_EFFECT_ACCEPTED : Sometimes.SLOT_EFFECT_REFUSED);
        simulation.observe(
                accepted
                        ? new Observation.SlotEffectAccepted(
                                simulation.now(), member, start.generation())
                        : new Observation.SlotEffectRefused(
                                simulation.now(), member, start.generation()));
    }
}
