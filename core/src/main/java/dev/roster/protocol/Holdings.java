package dev.roster.protocol;

import dev.roster.Affinity;
import dev.roster.Condition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this member owns of a division, and the work on it. The plan says what it should own, the
 * ownership records say what it does, and each key is brought from the one to the other a step at a
 * time, whatever happened before: start, stop, release, claim. Nothing is remembered about commits
 * but that one is under way, because the records tell how it ended.
 *
 * <pre>
 *             target is me, nobody owns it         claimed
 *   nothing ──────────────────────────────▶ claim ────────▶ work runs ◀──── handed to me
 *      ▲                                                       │ target is another, key removed,
 *      │ released, or handed on                                ▼ member leaves, ownership lost
 *      └──────────────── release ◀───────────────────────── work stops
 * </pre>
 *
 * <p>A key that the plan gives to another member is released by making that one its owner, in one
 * commit, so it is without an owner for no longer than that commit and its notice. The new owner
 * need not do anything for it; if it cannot take the key, it gives it up as any other.
 *
 * <p>A token that was once given up is never worked under again, even if it is not known whether
 * the release took effect: it may take effect at any time.
 */
final class Holdings {
    private final Context c;
    private final Membership membership;
    private final DivisionSettings settings;
    private final DivisionState state;
    private final TreeMap<String, Work> works = new TreeMap<>();
    private final TreeMap<String, Long> givenUp = new TreeMap<>();
    private final TreeMap<String, Long> notBefore = new TreeMap<>();
    private final TreeMap<String, Integer> failures = new TreeMap<>();
    private final Set<String> dirty = new LinkedHashSet<>();
    private final Lane lane;
    private boolean allDirty = true;
    private boolean wasActing;
    private boolean leaving;

    /** Until when a leaver goes on with what nobody was named for yet. */
    private long keepUntil = Long.MIN_VALUE;

    private boolean keeping;

    Holdings(Context c, Membership membership, DivisionSettings settings, DivisionState state) {
        this.c = c;
        this.membership = membership;
        this.settings = settings;
        this.state = state;
        this.lane = new Lane(c, membership, settings, state, this);
    }

    void drain(boolean on) {
        leaving = on;
        keeping = on;
        keepUntil = c.now.nanos() + c.timing.settleNanos();
        allDirty = true;
    }

    /** Whether nothing runs and nothing is owned. */
    boolean isEmpty() {
        boolean member = membership.phase == Membership.Phase.MEMBER;
        for (Work work : works.values()) {
            // What is still to be written cannot be, once this is no member.
            if (member || work.state != Work.State.ENDING) {
                return false;
            }
        }
        if (member && !lane.isIdle()) {
            return false;
        }
        if (!membership.acting()) {
            return true;
        }
        for (Held<OwnerRecord> owner : state.owners.values()) {
            if (isMine(owner)) {
                return false;
            }
        }
        return true;
    }

    void workEnded(String key, long token, Event.Ending ending) {
        Work work = works.get(key);
        if (work == null || work.token != token || work.state == Work.State.ENDING) {
            if (ending instanceof Event.Ending.Done) {
                c.report(
                        Effect.Report.Kind.FENCED,
                        key,
                        "done under token %d, which is over".formatted(token));
            }
            return;
        }
        dirty.add(key);
        boolean wasTold = work.state == Work.State.STOPPING;
        switch (ending) {
            case Event.Ending.Stopped stopped when wasTold -> works.remove(key);
            case Event.Ending.Failed failed when wasTold -> works.remove(key);
            case Event.Ending.GivenBack back when wasTold -> works.remove(key);
            case Event.Ending.Stopped stopped -> end(work, new Event.Ending.GivenBack());
            case Event.Ending.Failed failed -> failed(key, work, failed);
            case Event.Ending.GivenBack back -> end(work, back);
            case Event.Ending.Done done -> end(work, done);
        }
    }

    private static void end(Work work, Event.Ending ending) {
        work.state = Work.State.ENDING;
        work.ending = ending;
    }

    private void failed(String key, Work work, Event.Ending.Failed failed) {
        if (c.now.nanos() - work.startedNanos > settings.backoffMostNanos()) {
            // It went well for long: a service's failures do not add up over its life.
            failures.remove(key);
        }
        int before = failures.merge(key, 1, Integer::sum);
        Held<KeyRecord> record = state.keys.get(key);
        int count = record == null ? before : record.value().attempts() + 1;
        boolean isSpace = settings.shared().partitions() > 0;
        boolean last = !isSpace && settings.attempts() > 0 && count >= settings.attempts();
        c.report(
                last ? Effect.Report.Kind.WORK_GIVEN_UP : Effect.Report.Kind.WORK_FAILED,
                key,
                "attempt %d: %s".formatted(count, failed.error()));
        backOff(key, settings.attempts() > 0 ? count : before);
        if (isSpace) {
            works.remove(key);
        } else {
            end(work, failed);
        }
    }

    private void backOff(String key, int failed) {
        int doublings = Math.min(30, Math.max(0, failed - 1));
        long wait = Math.min(settings.backoffMostNanos(), settings.backoffNanos() << doublings);
        if (wait < 0) {
            wait = settings.backoffMostNanos();
        }
        notBefore.put(key, c.now.nanos() + c.jittered(wait));
    }

    /** Does what is due. */
    void act() {
        boolean acting = membership.acquiring();
        if (keeping && c.due(keepUntil)) {
            keeping = false;
            allDirty = true;
        }
        if (acting != wasActing || state.restChanged || c.state.changed) {
            allDirty = true;
            wasActing = acting;
        }
        dirty.addAll(state.changed);
        lane.unblock(state.changed);
        if (allDirty) {
            allDirty = false;
            dirty.addAll(works.keySet());
            dirty.addAll(state.targets.keySet());
            dirty.addAll(state.owners.keySet());
        }
        if (!dirty.isEmpty()) {
            List<String> keys = new ArrayList<>(dirty);
            dirty.clear();
            for (String key : keys) {
                reconcile(key);
            }
        }
        for (Work work : works.values()) {
            if (work.state == Work.State.STOPPING && c.due(work.stopBy)) {
                giveUpWaiting();
                break;
            }
        }
        if (acting) {
            lane.send();
        }
    }

    private void giveUpWaiting() {
        for (String key : new ArrayList<>(works.keySet())) {
            Work work = works.get(key);
            if (work != null && work.state == Work.State.STOPPING && c.now.nanos() >= work.stopBy) {
                c.report(
                        Effect.Report.Kind.STUCK_HANDLER,
                        key,
                        "work under token %d did not stop in time; the key goes on without it"
                                .formatted(work.token));
                works.remove(key);
                c.emit(new Effect.Released(settings.name(), key, work.token));
                // It still runs: whoever takes the key on, this member too, needs another token.
                if (!c.is(Mutant.STUCK_TOKEN_AGAIN)) {
                    givenUp.put(key, work.token);
                }
                reconcile(key);
            }
        }
    }

    /** A commit about these keys ended without effect, or with one that shows in the records. */
    void lookAgain(List<String> keys) {
        dirty.addAll(keys);
    }

    private void reconcile(String key) {
        Held<OwnerRecord> owner = state.owners.get(key);
        Work work = works.get(key);
        boolean wanted = isWanted(key);
        if (!isWork(key)) {
            // Another try, or the same key added again, begins anew.
            notBefore.remove(key);
            failures.remove(key);
        }
        if (work != null) {
            reconcileWork(key, work, owner, wanted);
            return;
        }
        if (!membership.acquiring()) {
            return;
        }
        if (owner != null && isMine(owner)) {
            long token = tokenOf(owner);
            Long surrendered = givenUp.get(key);
            boolean over = surrendered != null && surrendered == token;
            if (!wanted || (over && !c.is(Mutant.SURRENDERED_TOKEN_AGAIN))) {
                givenUp.put(key, token);
                lane.release(key);
            } else if (mayStart(key)) {
                lane.keep(key);
                start(key, owner, token);
            } else {
                lane.keep(key);
            }
        } else if (wanted && isFree(owner)) {
            lane.claim(key);
        } else {
            lane.keep(key);
        }
    }

    private boolean mayStart(String key) {
        Long wait = notBefore.get(key);
        if (wait == null) {
            return true;
        }
        if (!c.due(wait)) {
            dirty.add(key);
            return false;
        }
        notBefore.remove(key);
        return true;
    }

    private void start(String key, Held<OwnerRecord> owner, long token) {
        if (c.store == null) {
            return;
        }
        works.put(key, new Work(token, c.now.nanos()));
        List<Condition> conditions = new ArrayList<>(membership.proof());
        conditions.add(
                new Condition.Unchanged(
                        c.layout.division(settings.name()).owner(key), owner.modified()));
        if (c.is(Mutant.PROOF_WITHOUT_OWNER)) {
            conditions.clear();
        }
        Held<KeyRecord> record = state.keys.get(key);
        Effect start =
                new Effect.StartWork(
                        settings.name(),
                        key,
                        token,
                        record == null ? failures.getOrDefault(key, 0) : record.value().attempts(),
                        new Proof(c.store, conditions));
        c.emit(start);
        if (c.is(Mutant.STARTED_TWICE)) {
            c.emit(start);
        }
    }

    private void reconcileWork(
            String key, Work work, @Nullable Held<OwnerRecord> owner, boolean wanted) {
        boolean valid = owner != null && isMine(owner) && tokenOf(owner) == work.token;
        boolean in = membership.phase == Membership.Phase.MEMBER;
        switch (work.state) {
            case RUNNING -> {
                if (!in || !valid) {
                    stop(key, work, Effect.StopReason.LOST);
                } else if (!wanted && !isKept(key)) {
                    stop(key, work, whyNotWanted(key));
                }
            }
            case STOPPING -> {}
            case ENDING -> {
                if (work.isSent) {
                    // Word of its own effect may come before the answer.
                } else if (in && !valid) {
                    works.remove(key);
                    if (!isWritten(key, work)) {
                        c.report(
                                Effect.Report.Kind.FENCED,
                                key,
                                "work ended under token %d, which is over".formatted(work.token));
                    }
                    c.emit(new Effect.Released(settings.name(), key, work.token));
                    dirty.add(key);
                } else if (membership.acquiring()) {
                    lane.end(key, work);
                }
            }
        }
    }

    /** Whether the result took effect though no answer said so. */
    private boolean isWritten(String key, Work work) {
        Held<KeyRecord> record = state.keys.get(key);
        return record != null
                && record.value().state() != KeyRecord.State.WANTED
                && record.value().token() == work.token;
    }

    private void stop(String key, Work work, Effect.StopReason reason) {
        work.state = Work.State.STOPPING;
        work.stopBy = c.now.nanos() + settings.stopNanos();
        c.emit(new Effect.StopWork(settings.name(), key, work.token, reason));
        if (c.is(Mutant.RELEASED_BEFORE_STOPPED)) {
            works.remove(key);
            dirty.add(key);
        }
    }

    private Effect.StopReason whyNotWanted(String key) {
        if (leaving) {
            return Effect.StopReason.LEAVING;
        }
        return isWork(key) ? Effect.StopReason.MOVED : Effect.StopReason.REMOVED;
    }

    /** Whether this member should work on the key. */
    private boolean isWanted(String key) {
        Held<String> target = state.targets.get(key);
        return !leaving
                && target != null
                && target.value().equals(membership.incarnation())
                && isWork(key);
    }

    /**
     * Whether a leaver goes on with the key for a moment: until the plan names who takes it on, so
     * that it can be handed to that one.
     */
    private boolean isKept(String key) {
        Held<String> target = state.targets.get(key);
        return keeping
                && target != null
                && target.value().equals(membership.incarnation())
                && isWork(key)
                && othersTake();
    }

    private boolean othersTake() {
        for (String other : state.participants.keySet()) {
            if (!other.equals(membership.incarnation()) && takes(other)) {
                return true;
            }
        }
        return false;
    }

    private boolean takes(String incarnation) {
        Held<ParticipantRecord> part = state.participants.get(incarnation);
        return part != null
                && !part.value().draining()
                && part.value().affinity() != Affinity.NONE
                && c.state.isLive(incarnation);
    }

    /**
     * Whom to hand a key to that is given up: the member that the plan names, if that one takes
     * keys. Null if the key is to be left to whoever will be named.
     */
    @Nullable String heirOf(String key) {
        Held<String> target = state.targets.get(key);
        if (target == null || target.value().equals(membership.incarnation())) {
            return null;
        }
        return isWork(key) && takes(target.value()) ? target.value() : null;
    }

    /** Whether work was told to stop and is about to. */
    boolean isStopping() {
        for (Work work : works.values()) {
            if (work.state == Work.State.STOPPING) {
                return true;
            }
        }
        return false;
    }

    /** Whether anybody should. */
    private boolean isWork(String key) {
        if (settings.shared().partitions() > 0) {
            return true;
        }
        Held<KeyRecord> record = state.keys.get(key);
        return record != null && record.value().state() == KeyRecord.State.WANTED;
    }

    private boolean isMine(Held<OwnerRecord> owner) {
        return owner.value().incarnation().equals(membership.incarnation())
                && owner.value().era() == c.state.eraOrdinal();
    }

    private boolean isFree(@Nullable Held<OwnerRecord> owner) {
        return owner == null
                || c.is(Mutant.CLAIM_FROM_THE_LIVING)
                || owner.value().era() != c.state.eraOrdinal()
                || !c.state.isLive(owner.value().incarnation());
    }

    private long tokenOf(Held<OwnerRecord> owner) {
        boolean first = c.is(Mutant.TOKEN_OF_THE_FIRST_OWNER);
        return OwnerRecord.token(owner.value().era(), first ? owner.created() : owner.modified());
    }

    /** Whether this is the work on the key that has not ended yet. */
    boolean isCurrent(String key, Work work) {
        return works.get(key) == work;
    }

    /** Work whose result was written. */
    void written(String key, Event.Ending ending) {
        Work work = works.remove(key);
        if (!(ending instanceof Event.Ending.Failed)) {
            failures.remove(key);
        }
        if (ending instanceof Event.Ending.GivenBack) {
            backOff(key, 1);
        }
        if (work != null && !(ending instanceof Event.Ending.Failed)) {
            c.emit(new Effect.Released(settings.name(), key, work.token));
        }
        dirty.add(key);
    }

    /** A key whose ownership was given up. */
    void released(String key, long token) {
        givenUp.remove(key);
        c.emit(new Effect.Released(settings.name(), key, token));
        dirty.add(key);
    }
}
