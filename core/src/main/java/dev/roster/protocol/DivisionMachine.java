package dev.roster.protocol;

import dev.roster.Affinity;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Operation;
import java.util.ArrayList;
import java.util.List;

/** One member's part in one division: taking part, holding keys, planning when it is its turn. */
final class DivisionMachine {
    private final Context c;
    private final Membership membership;
    private final DivisionSettings settings;
    private final DivisionState state;
    private final Layout.Division layout;
    private final Holdings holdings;
    private final Planner planner;
    private ParticipantRecord part;
    private boolean joined;
    private boolean refused;
    private boolean registering;
    private boolean flushing;
    private boolean leaving;
    private long nextTryAt = Long.MIN_VALUE;

    DivisionMachine(Context c, Membership membership, DivisionSettings settings) {
        this.c = c;
        this.membership = membership;
        this.settings = settings;
        this.part = settings.part();
        this.state = c.state.division(settings.name());
        this.layout = c.layout.division(settings.name());
        this.holdings = new Holdings(c, membership, settings, state);
        this.planner = new Planner(c, membership, settings, state);
    }

    void changePart(ParticipantRecord changed) {
        part = changed;
        if (!leaving) {
            flushing = false;
            holdings.drain(changed.draining());
        }
    }

    /** Give up everything; {@link #isFlushed} tells when that is done. */
    void flush() {
        part = new ParticipantRecord(Affinity.NONE, part.weight(), part.atMost(), true);
        flushing = true;
        holdings.drain(true);
    }

    void leave() {
        leaving = true;
        flush();
    }

    boolean isFlushed() {
        boolean known = refused || isRegisteredAndTold() || !membership.acting();
        return known && holdings.isEmpty();
    }

    /**
     * Whether all is known that was written before the own record. From then on nobody hands this
     * member a key: when it drains, nothing comes that it does not know of.
     */
    private boolean isRegisteredAndTold() {
        Held<ParticipantRecord> own = state.participants.get(membership.incarnation());
        return own != null && own.value().equals(part) && c.state.isTold(own.modified());
    }

    void workEnded(Event.WorkEnded ended) {
        holdings.workEnded(ended.key(), ended.token(), ended.ending());
    }

    /** Does what is due. */
    void act() {
        if (refused) {
            return;
        }
        if (membership.acting() && c.state.loaded) {
            register();
        }
        holdings.act();
        if (isRegistered()) {
            planner.act();
        }
        state.changed.clear();
        state.restChanged = false;
        if (flushing && !leaving && isFlushed()) {
            flushing = false;
            c.emit(new Effect.Flushed(settings.name()));
        }
    }

    private boolean isRegistered() {
        Held<ParticipantRecord> own = state.participants.get(membership.incarnation());
        return own != null && own.value().equals(part);
    }

    private void register() {
        Held<DivisionRecord> division = state.division;
        boolean unreadable = division != null && division.value().equals(DivisionRecord.UNREADABLE);
        if (unreadable && !joined && !state.participants.isEmpty()) {
            // Those who take part know what they agreed on, and write it again.
            return;
        }
        if (division != null && !unreadable && !division.value().equals(settings.shared())) {
            refused = true;
            c.emit(
                    new Effect.DivisionRefused(
                            settings.name(),
                            "The division \"%s\" has %s and this member asks for %s: they have to be the same."
                                    .formatted(
                                            settings.name(), division.value(), settings.shared())));
            return;
        }
        if (isRegistered() && !unreadable) {
            if (!joined) {
                joined = true;
                c.emit(new Effect.DivisionJoined(settings.name()));
            }
            return;
        }
        if (registering || !c.due(nextTryAt)) {
            return;
        }
        registering = true;
        List<Condition> conditions = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        conditions.add(membership.membership());
        if (division == null) {
            conditions.add(new Condition.Absent(layout.division()));
        } else if (unreadable) {
            conditions.add(new Condition.Unchanged(layout.division(), division.modified()));
        }
        if (division == null || unreadable) {
            operations.add(new Operation.Put(layout.division(), settings.shared().toBytes()));
        }
        operations.add(
                new Operation.Put(layout.participant(membership.incarnation()), part.toBytes()));
        c.send(
                conditions,
                operations,
                result -> {
                    registering = false;
                    if (!(result instanceof CommitResult.Applied)) {
                        nextTryAt = c.now.nanos() + c.jittered(c.timing.retryNanos() / 4);
                    }
                });
    }

    /** The participant's record goes with the member's. */
    Operation departure() {
        return new Operation.Delete(layout.participant(membership.incarnation()));
    }
}
