package dev.roster.protocol;

import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * One member of one group, for its whole life: it takes events with the time and says what should
 * be done. It has no thread, clock, randomness or I/O of its own, so the same events give the same
 * effects. For one caller at a time.
 *
 * <p>All parts are level-triggered: after each event, each looks at what is known and does what is
 * due. So it does not matter in which order news arrives, whether a hint is lost, or how a commit
 * ended whose answer never came.
 */
public final class MemberMachine {
    private final Context c;
    private final Membership membership;
    private final Vigil vigil;
    private final ViewGate views;
    private final TreeMap<String, DivisionMachine> divisions = new TreeMap<>();
    private boolean leaving;
    private boolean departing;
    private boolean over;
    private long nextTryAt = Long.MIN_VALUE;

    /**
     * @param random for incarnations and jitter
     */
    public MemberMachine(MemberSettings settings, RandomGenerator random) {
        this(settings, random, Mutant.NONE);
    }

    /** A machine with a mistake in it, to see whether anybody notices. */
    public MemberMachine(MemberSettings settings, RandomGenerator random, Mutant mutant) {
        c = new Context(settings, random, mutant);
        membership = new Membership(c);
        vigil = new Vigil(c, membership);
        views = new ViewGate(c, membership);
    }

    /** Takes one event; the time never goes back. */
    public List<Effect> on(Event event, Now now) {
        c.begin(now);
        if (over) {
            return List.of();
        }
        membership.timePassed();
        take(event);
        act();
        c.wakeAt(now.nanos() + c.timing.tickNanos());
        return c.takeEffects();
    }

    /** When a {@link Event.Tick} is needed at the latest, if no other event comes before. */
    public long nextWakeNanos() {
        return over ? Long.MAX_VALUE : c.wakeNanos();
    }

    private void take(Event event) {
        switch (event) {
            case Event.Join join -> membership.join();
            case Event.Tick tick -> {}
            case Event.GroupRead read -> {
                if (c.store != null && !c.store.equals(read.store())) {
                    vigil.forget();
                }
                membership.groupRead(read);
                leftIfGone();
            }
            case Event.GroupUnreadable unreadable -> membership.unreadable();
            case Event.GroupChanged changed -> {
                c.state.change(changed.changes(), changed.revision());
                leftIfGone();
                membership.lookForSelf();
            }
            case Event.GroupMissed missed -> {
                if (!c.is(Mutant.MISSED_CHANGES_FORGOTTEN)) {
                    membership.readAgain();
                }
            }
            case Event.BeatsRead read -> vigil.beatsRead(read.beats());
            case Event.BeatsChanged changed -> vigil.beatsChanged(changed.changes());
            case Event.TieBroken broken -> vigil.tieBroken(broken.tie());
            case Event.OwnTie tie -> {
                if (!c.is(Mutant.OWN_TIE_OVERLOOKED)) {
                    membership.ownTie(tie.holds());
                }
            }
            case Event.CommitEnded ended -> c.commitEnded(ended.id(), ended.result());
            case Event.Leave leave -> leave();
            case Event.Cancel cancel -> {
                membership.gone();
                over = true;
                c.emit(new Effect.Left(false));
            }
            case Event.SlotStopped stopped -> views.slotStopped(stopped.generation());
            case Event.JoinDivision join -> joinDivision(join.settings());
            case Event.ChangePart change -> {
                DivisionMachine division = divisions.get(change.division());
                if (division != null) {
                    division.changePart(change.part());
                }
            }
            case Event.Flush flush -> {
                DivisionMachine division = divisions.get(flush.division());
                if (division != null) {
                    division.flush();
                }
            }
            case Event.WorkEnded ended -> {
                DivisionMachine division = divisions.get(ended.division());
                if (division != null) {
                    division.workEnded(ended);
                }
            }
        }
    }

    private void joinDivision(DivisionSettings settings) {
        if (divisions.containsKey(settings.name())) {
            c.emit(
                    new Effect.DivisionRefused(
                            settings.name(), "This member takes part in it already."));
            return;
        }
        divisions.put(settings.name(), new DivisionMachine(c, membership, settings));
        if (c.state.loaded) {
            // Its records were passed over so far.
            membership.readAgain();
        }
    }

    private void leave() {
        if (!leaving) {
            leaving = true;
            membership.leave();
            views.leave();
            divisions.values().forEach(DivisionMachine::leave);
        }
    }

    private void act() {
        if (over) {
            return;
        }
        membership.act();
        vigil.act();
        views.act();
        for (DivisionMachine division : divisions.values()) {
            division.act();
        }
        c.state.changed = false;
        if (leaving) {
            departIfFlushed();
        }
    }

    private void departIfFlushed() {
        for (DivisionMachine division : divisions.values()) {
            if (!division.isFlushed() && !c.is(Mutant.LEFT_BEFORE_STOPPED)) {
                return;
            }
        }
        if (!views.isStopped() || departing || !c.due(nextTryAt)) {
            return;
        }
        if (membership.phase != Membership.Phase.MEMBER) {
            // Not a member now, and nothing runs: there is nothing to take leave from.
            left();
            return;
        }
        departing = true;
        String self = membership.incarnation();
        List<Condition> conditions = new ArrayList<>();
        conditions.add(membership.membership());
        List<Operation> operations = new ArrayList<>();
        operations.add(new Operation.Delete(c.layout.member(self)));
        operations.add(new Operation.Delete(c.layout.beat(self)));
        operations.add(new Operation.Delete(c.layout.ack(self)));
        for (DivisionMachine division : divisions.values()) {
            if (operations.size() < c.settings.operations()) {
                operations.add(division.departure());
            }
        }
        c.send(conditions, operations, this::departed);
    }

    /** Word of the own departure may come before the answer to it. */
    private void leftIfGone() {
        if (departing && !over && !c.state.members.containsKey(membership.incarnation())) {
            left();
        }
    }

    private void departed(CommitResult result) {
        departing = false;
        if (over) {
            return;
        }
        switch (result) {
            case CommitResult.Applied applied -> left();
            case CommitResult.Refused refused -> left();
            case CommitResult.OtherStore other -> left();
            case CommitResult.Failed failed -> nextTryAt = c.now.nanos() + c.timing.retryNanos();
            case CommitResult.Unknown unknown -> nextTryAt = c.now.nanos() + c.timing.retryNanos();
        }
    }

    private void left() {
        membership.gone();
        over = true;
        c.emit(new Effect.Left(true));
    }
}
