package dev.roster.testkit.simulation;

import dev.roster.Bytes;
import dev.roster.protocol.jobs.Flush;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How changes of the queue reach the store and answers come back, each of which may be late or
 * lost. No answer in time is an answer, too: unknown.
 */
final class QueueCalls {
    /** One change under way. */
    private static final class Call {
        boolean isAnswered;
    }

    private final Simulation simulation;

    QueueCalls(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Sends a change; from no process if it is that of somebody who never fails. */
    void send(
            @Nullable SimulatedProcess from,
            Supplier<Flush.Answer> change,
            Consumer<Flush.Answer> then) {
        Network network = simulation.network;
        Call call = new Call();
        long timeout = simulation.scenario.operationNanos();
        simulation.schedule.after(
                timeout,
                () -> answer(call, from, new Flush.Answer.Unknown("no answer in time"), then));
        if (network.meets(Fault.SPURIOUS)) {
            simulation.schedule.after(
                    network.delay(),
                    () -> answer(call, from, new Flush.Answer.Failed("for no reason"), then));
            return;
        }
        if ((from != null && from.link.losesRequests()) || network.meets(Fault.REQUEST_LOST)) {
            return;
        }
        long delay = network.delay() + (network.meets(Fault.LATE) ? network.lateness() : 0);
        simulation.schedule.after(delay, () -> arrive(call, from, change, then));
    }

    /** Reads something; neither an answer in time nor word of a fault may come from the dead. */
    void read(
            @Nullable SimulatedProcess from,
            Supplier<@Nullable Bytes> what,
            Consumer<@Nullable Bytes> then,
            Runnable failed) {
        AtomicReference<@Nullable Bytes> found = new AtomicReference<>();
        send(
                from,
                () -> {
                    found.set(what.get());
                    return new Flush.Answer.Applied();
                },
                answer -> {
                    if (answer instanceof Flush.Answer.Applied) {
                        then.accept(found.get());
                    } else {
                        failed.run();
                    }
                });
    }

    private void arrive(
            Call call,
            @Nullable SimulatedProcess from,
            Supplier<Flush.Answer> change,
            Consumer<Flush.Answer> then) {
        Network network = simulation.network;
        if (simulation.store.isDown) {
            if (simulation.chance(0.5)) {
                Flush.Answer down = new Flush.Answer.Failed("the store is down");
                simulation.schedule.after(network.delay(), () -> answer(call, from, down, then));
            }
            return;
        }
        Flush.Answer answer = change.get();
        if (call.isAnswered && answer instanceof Flush.Answer.Applied) {
            simulation.tally.count(Sometimes.QUEUE_CHANGED_LATE);
        }
        if ((from != null && from.link.losesReplies()) || network.meets(Fault.REPLY_LOST)) {
            return;
        }
        simulation.schedule.after(network.delay(), () -> answer(call, from, answer, then));
    }

    private static void answer(
            Call call,
            @Nullable SimulatedProcess from,
            Flush.Answer answer,
            Consumer<Flush.Answer> then) {
        if (call.isAnswered) {
            return;
        }
        call.isAnswered = true;
        if (from == null) {
            then.accept(answer);
        } else {
            from.act(() -> then.accept(answer));
        }
    }
}
