package dev.roster.testkit.simulation;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import java.util.function.Consumer;

/**
 * One process's way of sending commits: request, apply point, answer, each of which may be late,
 * lost or twice. No answer in time is an answer, too: unknown.
 */
final class Commits {
    /** One commit under way. */
    private static final class Call {
        boolean isAnswered;
        boolean isApplied;
    }

    private final Simulation simulation;
    private final SimulatedProcess process;

    Commits(Simulation simulation, SimulatedProcess process) {
        this.simulation = simulation;
        this.process = process;
    }

    void send(Commit commit, String by, boolean isBeat, Consumer<CommitResult> then) {
        Network network = simulation.network;
        Call call = new Call();
        long timeout = simulation.scenario.operationNanos();
        simulation.schedule.after(
                timeout, () -> answer(call, new CommitResult.Unknown("no answer in time"), then));
        if (network.meets(Fault.SPURIOUS)) {
            simulation.schedule.after(
                    network.delay(),
                    () -> answer(call, new CommitResult.Failed("for no reason"), then));
            return;
        }
        if (process.link.losesRequests() || network.meets(Fault.REQUEST_LOST)) {
            return;
        }
        long delay = network.delay();
        boolean late = network.meets(Fault.LATE);
        if (late) {
            delay += network.lateness();
        }
        boolean tooLate = delay > simulation.scenario.timing().leaseNanos();
        simulation.schedule.after(delay, () -> arrive(call, commit, by, isBeat, tooLate, then));
        if (network.meets(Fault.DUPLICATE)) {
            simulation.schedule.after(
                    delay + network.delay(),
                    () -> {
                        simulation.tally.count(Sometimes.COMMIT_APPLIED_TWICE);
                        if (!simulation.store.isDown) {
                            simulation.store.apply(commit, by);
                        }
                    });
        }
    }

    private void arrive(
            Call call,
            Commit commit,
            String by,
            boolean isBeat,
            boolean tooLate,
            Consumer<CommitResult> then) {
        if (simulation.store.isDown) {
            if (simulation.chance(0.5)) {
                simulation.schedule.after(
                        simulation.network.delay(),
                        () -> answer(call, new CommitResult.Failed("the store is down"), then));
            }
            return;
        }
        CommitResult result = simulation.store.apply(commit, by);
        call.isApplied = result instanceof CommitResult.Applied;
        if (call.isApplied && tooLate) {
            simulation.tally.count(Sometimes.COMMIT_APPLIED_AFTER_ITS_LEASE);
        }
        if (call.isApplied) {
            noteHandingOn(commit, by);
        }
        note(commit, result, isBeat);
        if (call.isAnswered && call.isApplied) {
            simulation.tally.count(Sometimes.COMMIT_UNKNOWN_AND_APPLIED);
        }
        if (process.link.losesReplies() || simulation.network.meets(Fault.REPLY_LOST)) {
            return;
        }
        simulation.schedule.after(simulation.network.delay(), () -> answer(call, result, then));
    }

    private void answer(Call call, CommitResult result, Consumer<CommitResult> then) {
        if (call.isAnswered) {
            return;
        }
        call.isAnswered = true;
        if (result instanceof CommitResult.Unknown) {
            simulation.tally.count(
                    call.isApplied
                            ? Sometimes.COMMIT_UNKNOWN_AND_APPLIED
                            : Sometimes.COMMIT_UNKNOWN_AND_NOT_APPLIED);
        } else if (result instanceof CommitResult.Failed) {
            simulation.tally.count(Sometimes.COMMIT_FAILED);
        }
        process.act(() -> then.accept(result));
    }

    private void noteHandingOn(Commit commit, String by) {
        for (Operation operation : commit.operations()) {
            if (operation instanceof Operation.Put put
                    && put.key().contains("/o/")
                    && !put.value().toUtf8().contains(by)) {
                simulation.tally.count(Sometimes.WORK_HANDED_ON);
            }
        }
    }

    private void note(Commit commit, CommitResult result, boolean isBeat) {
        Tally tally = simulation.tally;
        if (result instanceof CommitResult.OtherStore) {
            tally.count(Sometimes.COMMIT_FOR_ANOTHER_STORE);
        }
        if (!(result instanceof CommitResult.Refused)) {
            return;
        }
        tally.count(isBeat ? Sometimes.LATE_BEAT_REFUSED : Sometimes.COMMIT_REFUSED);
        for (Operation operation : commit.operations()) {
            String key = operation.key();
            if (key.equals(simulation.store.layout().view())) {
                tally.count(Sometimes.VIEW_PROPOSAL_REFUSED);
            } else if (key.endsWith("/plan")) {
                tally.count(Sometimes.PLAN_REFUSED);
            } else if (operation instanceof Operation.Put && key.contains("/o/")) {
                tally.count(Sometimes.CLAIM_REFUSED);
            } else if (operation instanceof Operation.Delete
                    && key.startsWith(simulation.store.layout().members())) {
                tally.count(Sometimes.EVICTION_REFUSED);
            }
        }
    }
}
