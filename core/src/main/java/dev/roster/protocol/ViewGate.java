package dev.roster.protocol;

import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Views and slots. Any member may propose the next view; the store lets one win. On a proposal
 * every member stops what it does for its old slot and acknowledges; the view is active when all
 * members of the one before have acknowledged or are gone, which each member sees for itself. So no
 * two members ever act on different views. Changes that arrive meanwhile go together into the next.
 */
final class ViewGate {
    private final Context c;
    private final Membership membership;

    /** Generation for which the slot's handler runs, 0 for none. */
    private long running;

    /** Generation for which the slot's handler is being stopped, 0 for none. */
    private long stopping;

    /** Generation of a handler that was not waited for and has not stopped yet, 0 for none. */
    private long stuck;

    private long stopBy;
    private long generationSeen;
    private long generationSince = Long.MIN_VALUE / 2;
    private long neededSince = -1;
    private long nextTryAt;
    private boolean proposing;
    private boolean acknowledging;
    private boolean leaving;
    private boolean wasAcquiring;

    ViewGate(Context c, Membership membership) {
        this.c = c;
        this.membership = membership;
    }

    void slotStopped(long generation) {
        if (stuck == generation) {
            stuck = 0;
        } else if (stopping == generation) {
            stopping = 0;
        }
    }

    /** Stop for good; {@link #isStopped} tells when that is done. */
    void leave() {
        leaving = true;
        stop();
    }

    boolean isStopped() {
        return running == 0 && stopping == 0;
    }

    /** Does what is due. */
    void act() {
        Held<ViewRecord> held = c.state.view;
        ViewRecord view = held == null ? ViewRecord.NONE : held.value();
        if (view.generation() != generationSeen) {
            generationSeen = view.generation();
            generationSince = c.now.nanos();
        }
        if (running != 0 && (running != view.generation() || !isMember())) {
            stop();
        }
        if (stopping != 0 && c.due(stopBy)) {
            c.report(
                    Effect.Report.Kind.STUCK_HANDLER,
                    "slot of generation " + stopping,
                    "did not stop in time; the view goes on without it");
            stuck = c.is(Mutant.STUCK_SLOT_FORGOTTEN) ? 0 : stopping;
            stopping = 0;
        }
        if (!membership.acquiring()) {
            wasAcquiring = false;
            neededSince = -1;
            return;
        }
        boolean look = c.state.changed || !wasAcquiring || neededSince >= 0 || running == 0;
        wasAcquiring = true;
        if (!look) {
            return;
        }
        String self = membership.incarnation();
        acknowledge(held, view, self);
        if (!isActive(view)) {
            return;
        }
        start(held, view, self);
        propose(view, self);
    }

    /** In a pause that is not over the guard says no, but nothing has to be stopped. */
    private boolean isMember() {
        return membership.phase == Membership.Phase.MEMBER;
    }

    private void stop() {
        if (running != 0) {
            stopping = running;
            running = 0;
            stopBy = c.now.nanos() + c.settings.slotStopNanos();
            c.emit(new Effect.StopSlot(stopping));
        }
    }

    private void acknowledge(@Nullable Held<ViewRecord> held, ViewRecord view, String self) {
        if (held == null) {
            return;
        }
        boolean owed =
                view.previous().contains(self)
                        && c.state.acks.getOrDefault(self, 0L) < view.generation();
        boolean ready = isStopped() || c.is(Mutant.ACKNOWLEDGED_BEFORE_STOPPED);
        if (!owed || !ready || acknowledging || !c.due(nextTryAt)) {
            return;
        }
        acknowledging = true;
        // On the view, so that one that comes late does not replace a later one.
        c.send(
                c.is(Mutant.LATE_ACKNOWLEDGEMENT)
                        ? List.of(membership.membership())
                        : List.of(
                                membership.membership(),
                                new Condition.Unchanged(c.layout.view(), held.modified())),
                List.of(
                        new Operation.Put(
                                c.layout.ack(self), new AckRecord(view.generation()).toBytes())),
                result -> {
                    acknowledging = false;
                    ended(result);
                });
    }

    private boolean isActive(ViewRecord view) {
        if (c.is(Mutant.NO_BARRIER)) {
            return true;
        }
        for (String before : view.previous()) {
            if (c.state.isLive(before)
                    && c.state.acks.getOrDefault(before, 0L) < view.generation()) {
                return false;
            }
        }
        return true;
    }

    private void start(@Nullable Held<ViewRecord> held, ViewRecord view, String self) {
        int slot = view.members().indexOf(self);
        if (held == null || slot < 0 || running != 0 || stopping != 0 || leaving) {
            return;
        }
        if (stuck == view.generation()) {
            return; // Two handlers of one generation could not be told apart.
        }
        running = view.generation();
        List<Condition> conditions = new ArrayList<>(membership.proof());
        if (!c.is(Mutant.SLOT_PROOF_WITHOUT_VIEW)) {
            conditions.add(new Condition.Unchanged(c.layout.view(), held.modified()));
        }
        if (c.store != null) {
            c.emit(
                    new Effect.StartSlot(
                            running,
                            slot,
                            view.members().size(),
                            view.members(),
                            new Proof(c.store, conditions)));
        }
    }

    private void propose(ViewRecord view, String self) {
        List<String> ranked = c.state.ranked();
        if (new TreeSet<>(ranked).equals(new TreeSet<>(view.members()))) {
            neededSince = -1;
            return;
        }
        if (neededSince < 0) {
            neededSince = c.now.nanos();
        }
        int rank = Math.max(0, ranked.indexOf(self));
        long due =
                Math.max(neededSince, generationSince + c.timing.settleNanos())
                        + rank * c.timing.standbyNanos();
        if (proposing || !c.due(Math.max(due, nextTryAt))) {
            return;
        }
        proposing = true;
        Held<ViewRecord> held = c.state.view;
        long generation = Math.max(c.state.highestGeneration + 1, (c.state.eraOrdinal() << 32) + 1);
        // After a view that cannot be read everybody may still act on one before it.
        boolean unreadable = held != null && view.generation() == 0;
        List<String> previous = unreadable ? ranked : view.members();
        ViewRecord next =
                new ViewRecord(
                        c.is(Mutant.GENERATION_AGAIN) ? view.generation() : generation,
                        c.is(Mutant.SLOTS_RENUMBERED) ? ranked : Slots.next(view.members(), ranked),
                        previous);
        List<Condition> conditions = new ArrayList<>(membership.proof());
        conditions.add(
                held == null
                        ? new Condition.Absent(c.layout.view())
                        : new Condition.Unchanged(c.layout.view(), held.modified()));
        c.send(
                conditions,
                List.of(new Operation.Put(c.layout.view(), next.toBytes())),
                result -> {
                    proposing = false;
                    ended(result);
                });
    }

    private void ended(CommitResult result) {
        if (!(result instanceof CommitResult.Applied)) {
            nextTryAt = c.now.nanos() + c.jittered(c.timing.retryNanos() / 4);
        }
    }
}
