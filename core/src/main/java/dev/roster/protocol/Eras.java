package dev.roster.protocol;

import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to do when the store went back in time: restored, replaced, failed over to a copy that
 * lacked commits. Whoever notices first raises the era's ordinal above all that it has seen; all
 * members join anew; and nobody takes on anything before the era is settled, a lease after it
 * began, because until then somebody may still act on what the store has forgotten.
 */
final class Eras {
    private final Context c;
    private long remembered = -1;
    private String rememberedStore = "";
    private long highestWhenAsked;
    private @Nullable StoreIdentity askedOf;
    private long unsettledOrdinal = -1;
    private long unsettledSince;
    private long nextTryAt;
    private boolean busy;

    /** Whether members changed since somebody looked for those of earlier eras. */
    private boolean untidy;

    Eras(Context c) {
        this.c = c;
    }

    /** A reading was asked for: it has to be at least as new as what is known now. */
    void readAsked() {
        highestWhenAsked = c.state.highest;
        askedOf = c.store;
    }

    /** Begins another era if the reading shows that one is needed. */
    boolean repairIfNeeded(Event.GroupRead read, Runnable thenRead) {
        Held<EraRecord> era = c.state.era;
        boolean older = read.store().equals(askedOf) && read.revision() < highestWhenAsked;
        boolean other = era != null && !era.value().store().equals(read.store().id());
        boolean forgotten = remembered >= 0 && c.state.eraOrdinal() < remembered;
        // Somebody who remembers less began an era of the same number for another store.
        boolean again =
                era != null
                        && era.value().ordinal() == remembered
                        && !era.value().store().equals(rememberedStore);
        if (!older && !other && !forgotten && !again) {
            remember(era);
            return false;
        }
        if (older) {
            c.state.highest = read.revision();
        }
        int raise = c.is(Mutant.ORDINAL_NOT_RAISED) ? 0 : 1;
        long ordinal = Math.max(remembered, c.state.eraOrdinal()) + raise;
        c.report(
                Effect.Report.Kind.STORE_CHANGED,
                c.settings.group(),
                "the store is not what it was (%s); era %d begins"
                        .formatted(read.store().id(), ordinal));
        c.send(
                List.of(condition()),
                List.of(
                        new Operation.Put(
                                c.layout.era(),
                                new EraRecord(ordinal, read.store().id(), false).toBytes())),
                result -> thenRead.run());
        return true;
    }

    private void remember(@Nullable Held<EraRecord> era) {
        if (!c.is(Mutant.ERA_NOT_REMEMBERED) && era != null && era.value().ordinal() > remembered) {
            remembered = era.value().ordinal();
            rememberedStore = era.value().store();
        }
    }

    private Condition condition() {
        Held<EraRecord> era = c.state.era;
        return era == null
                ? new Condition.Absent(c.layout.era())
                : new Condition.Unchanged(c.layout.era(), era.modified());
    }

    /** Adds to a joining what ties it to the era, or begins the first; returns the ordinal. */
    long joinCondition(List<Condition> conditions, List<Operation> operations) {
        conditions.add(condition());
        if (c.state.era != null) {
            return c.state.eraOrdinal();
        }
        String store = c.store == null ? "" : c.store.id();
        operations.add(new Operation.Put(c.layout.era(), new EraRecord(0, store, true).toBytes()));
        return 0;
    }

    /** Settles an era that is old enough, and removes the members of earlier ones. */
    void act(boolean acting, String self) {
        Held<EraRecord> era = c.state.era;
        untidy |= c.state.changed;
        if (acting) {
            remember(era);
        }
        if (!acting || era == null || busy) {
            return;
        }
        if (era.value().settled()) {
            removeEarlierMembers(self, era);
            return;
        }
        if (unsettledOrdinal != era.value().ordinal()) {
            unsettledOrdinal = era.value().ordinal();
            unsettledSince = c.now.nanos();
        }
        int rank = Math.max(0, c.state.ranked().indexOf(self));
        long due = unsettledSince + c.timing.takeoverNanos() + rank * c.timing.standbyNanos();
        if (c.due(Math.max(due, nextTryAt))) {
            EraRecord settled = new EraRecord(era.value().ordinal(), era.value().store(), true);
            send(
                    List.of(condition()),
                    List.of(new Operation.Put(c.layout.era(), settled.toBytes())));
        }
    }

    private void removeEarlierMembers(String self, Held<EraRecord> era) {
        if (!untidy || !c.due(nextTryAt)) {
            return;
        }
        untidy = false;
        List<Condition> conditions = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        for (Held<MemberRecord> member : c.state.members.values()) {
            boolean full = operations.size() + 3 > c.settings.operations() - 1;
            if (member.value().era() < era.value().ordinal() && !full) {
                String gone = member.value().incarnation();
                conditions.add(new Condition.Unchanged(c.layout.member(gone), member.modified()));
                operations.add(new Operation.Delete(c.layout.member(gone)));
                operations.add(new Operation.Delete(c.layout.beat(gone)));
                operations.add(new Operation.Delete(c.layout.ack(gone)));
            }
        }
        List<String> ranked = c.state.ranked();
        if (!operations.isEmpty() && !ranked.isEmpty() && ranked.getFirst().equals(self)) {
            conditions.add(condition());
            send(conditions, operations);
        }
    }

    private void send(List<Condition> conditions, List<Operation> operations) {
        busy = true;
        c.send(
                conditions,
                operations,
                result -> {
                    busy = false;
                    if (!(result instanceof CommitResult.Applied)) {
                        nextTryAt = c.now.nanos() + c.jittered(c.timing.retryNanos());
                        untidy = true;
                    }
                });
    }
}
