package dev.roster.protocol;

import dev.roster.Change;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Entry;
import dev.roster.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Watching the other members' beats, and evicting those whose beat stood still. The lowest three in
 * rank are told of every beat; the others read all beats now and then, which is enough to notice
 * when all three are gone, and keeps the whole cost linear in the members.
 *
 * <p>No two clocks are compared: a beat counts as standing still for as long as this observer, by
 * its own clock, has known it with the same revision. The eviction is conditional on that revision,
 * so a beat that lands first wins, and one that lands later is refused, because the member's record
 * is gone.
 */
final class Vigil {
    private static final int OBSERVERS = 3;

    /** A broken tie is seen by all observers within a second: they need not be far apart. */
    private static final long TIE_TURN_NANOS = Timing.millis(50);

    private record Seen(long modified, long since) {}

    /** A tie was told to be broken, first and last; it is told again and again while it is. */
    private record Broken(long first, long last) {}

    private final Context c;
    private final Membership membership;
    private final TreeMap<String, Seen> seen = new TreeMap<>();
    private final TreeMap<String, Broken> broken = new TreeMap<>();
    private final TreeMap<String, Long> evicting = new TreeMap<>();
    private List<String> tiesWatched = List.of();
    private boolean watching;
    private boolean wasActing;
    private long readAt;

    Vigil(Context c, Membership membership) {
        this.c = c;
        this.membership = membership;
    }

    void beatsRead(List<Entry> beats) {
        for (Entry beat : beats) {
            saw(beat.key(), beat.modified());
        }
        // A member without a beat has one that stands still.
        for (String incarnation : c.state.members.keySet()) {
            seen.computeIfAbsent(incarnation, unused -> new Seen(0, c.now.nanos()));
        }
    }

    void beatsChanged(List<Change> changes) {
        for (Change change : changes) {
            Entry now = change.now();
            if (now != null) {
                saw(change.key(), now.modified());
            }
        }
    }

    private void saw(String storeKey, long modified) {
        String incarnation = storeKey.substring(c.layout.beats().length());
        Seen before = seen.get(incarnation);
        if (before == null || before.modified() < modified) {
            seen.put(incarnation, new Seen(modified, c.now.nanos()));
        }
    }

    void tieBroken(String tie) {
        Broken before = broken.get(tie);
        long now = c.now.nanos();
        if (before != null && now - before.last() <= 2 * c.timing.tieGraceNanos()) {
            broken.put(tie, new Broken(before.first(), now));
        } else {
            broken.put(tie, new Broken(now, now));
        }
    }

    /** Another life of the store: what was seen before says nothing. */
    void forget() {
        seen.clear();
        broken.clear();
    }

    /** Does what is due. */
    void act() {
        boolean acting = membership.acting();
        if (!acting) {
            wasActing = false;
            return;
        }
        boolean look = c.state.changed || (!wasActing && !c.is(Mutant.OBSERVER_FORGETFUL));
        if (!wasActing) {
            // Everybody gets a full lease after this member was away: so was the store, perhaps.
            seen.clear();
            readAt = c.now.nanos();
            wasActing = true;
        }
        List<String> ranked = c.state.ranked();
        int rank = ranked.indexOf(membership.incarnation());
        watch(rank >= 0 && rank < OBSERVERS && ranked.size() > 1, ranked);
        if (ranked.size() > 1 && c.due(readAt)) {
            readAt = c.now.nanos() + c.jittered(c.timing.leaseNanos() / 2);
            // A reading may have been lost: nobody is to stay unseen for ever.
            look = !c.is(Mutant.OBSERVER_FORGETFUL);
            if (!watching) {
                c.emit(new Effect.ReadBeats());
            }
        }
        if (look) {
            lookOver(ranked);
        }
        int turn = turn(ranked);
        for (String other : ranked) {
            if (!other.equals(membership.incarnation())) {
                evictIfDue(other, turn);
            }
        }
    }

    /**
     * How many come before this member whose beats do not stand still, and whose ties hold: the
     * dead wait for nobody.
     */
    private int turn(List<String> ranked) {
        int turn = 0;
        for (String other : ranked) {
            if (other.equals(membership.incarnation())) {
                break;
            }
            Seen beat = seen.get(other);
            boolean overdue =
                    beat != null && c.now.nanos() >= beat.since() + c.timing.takeoverNanos();
            turn += overdue || isTieBroken(other) ? 0 : 1;
        }
        return turn;
    }

    private boolean isTieBroken(String other) {
        Held<MemberRecord> member = c.state.members.get(other);
        Broken hint = member == null ? null : broken.get(member.value().tie());
        return hint != null && c.now.nanos() - hint.last() <= 2 * c.timing.tieGraceNanos();
    }

    /** Begins to watch newcomers, and forgets leavers. */
    private void lookOver(List<String> ranked) {
        boolean unseen = false;
        for (String other : ranked) {
            unseen |= seen.putIfAbsent(other, new Seen(0, c.now.nanos())) == null;
        }
        if (unseen && ranked.size() > 1) {
            c.emit(new Effect.ReadBeats());
        }
        // A beat may be seen before its member is.
        long old = c.now.nanos() - c.timing.takeoverNanos();
        seen.entrySet()
                .removeIf(entry ->
                        entry.getValue().since() < old
                                && !c.state.members.containsKey(entry.getKey()));
    }

    private void watch(boolean on, List<String> ranked) {
        if (on != watching) {
            watching = on;
            c.emit(new Effect.WatchBeats(on));
        }
        if (!c.state.changed) {
            return;
        }
        List<String> ties = new ArrayList<>();
        for (String other : on ? ranked : List.<String>of()) {
            Held<MemberRecord> member = c.state.members.get(other);
            String tie = member == null ? "" : member.value().tie();
            if (!tie.isEmpty() && !tie.equals(c.settings.tie()) && !ties.contains(tie)) {
                ties.add(tie);
            }
        }
        if (!ties.equals(tiesWatched)) {
            tiesWatched = ties;
            broken.keySet().retainAll(ties);
            c.emit(new Effect.WatchTies(ties));
        }
    }

    private void evictIfDue(String other, int before) {
        Seen beat = seen.get(other);
        Held<MemberRecord> member = c.state.members.get(other);
        if (beat == null || member == null || evicting.containsKey(other)) {
            return;
        }
        long turn = before * c.timing.standbyNanos() / 4;
        long wait = c.timing.takeoverNanos() / (c.is(Mutant.EVICTION_TOO_EARLY) ? 2 : 1);
        long due = beat.since() + wait + turn;
        Broken hint = broken.get(member.value().tie());
        // A tie may have broken before the last beat and hold again: believe what is told later.
        if (hint != null
                && (hint.last() >= beat.since() + c.timing.tieGraceNanos()
                        || c.is(Mutant.EARLIER_TIE_BELIEVED)
                        || c.is(Mutant.TIE_AS_PROOF))) {
            long soon = Math.min(turn, before * TIE_TURN_NANOS);
            due = Math.min(due, hint.first() + c.timing.tieGraceNanos() + soon);
        }
        if (c.due(due)) {
            evict(other, member, beat);
        }
    }

    private void evict(String other, Held<MemberRecord> member, Seen beat) {
        evicting.put(other, c.now.nanos());
        List<Condition> conditions = new ArrayList<>();
        conditions.add(new Condition.Unchanged(c.layout.member(other), member.modified()));
        boolean isProof = c.is(Mutant.TIE_AS_PROOF) && broken.containsKey(member.value().tie());
        if (!c.is(Mutant.EVICTION_WHATEVER_THE_BEAT) && !isProof) {
            conditions.add(
                    beat.modified() == 0
                            ? new Condition.Absent(c.layout.beat(other))
                            : new Condition.Unchanged(c.layout.beat(other), beat.modified()));
        }
        conditions.add(membership.membership());
        c.send(
                conditions,
                List.of(
                        new Operation.Delete(c.layout.member(other)),
                        new Operation.Delete(c.layout.beat(other)),
                        new Operation.Delete(c.layout.ack(other))),
                result -> evictionEnded(other, result));
    }

    private void evictionEnded(String other, CommitResult result) {
        evicting.remove(other);
        Seen beat = seen.get(other);
        if (result instanceof CommitResult.Applied) {
            seen.remove(other);
            c.report(
                    Effect.Report.Kind.EVICTED_OTHER,
                    other,
                    "its beat stood still for %d ms".formatted(age(beat) / 1_000_000));
        } else if (beat != null) {
            // It lives, or the store does not answer: it gets another lease, from a fresh look.
            seen.remove(other);
            broken.clear();
            c.emit(new Effect.ReadBeats());
        }
    }

    private long age(@Nullable Seen beat) {
        return beat == null ? 0 : c.now.nanos() - beat.since();
    }
}
