package dev.roster.protocol;

import dev.roster.Bytes;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one way by which a member's claims, releases and results of a division reach the store: one
 * commit at a time, with all that gathered while the one before was under way. So many keys cost
 * few round trips, and no two commits of one member can overtake each other.
 */
final class Lane {
    /** What one key adds to a commit. */
    private record Item(
            String key,
            @Nullable Work work,
            long token,
            List<Condition> conditions,
            List<Operation> operations) {
        boolean isClaim() {
            return work == null && token == 0;
        }
    }

    private static final int REFUSALS = 4;

    /** What stops together shall be handed on together: so long the first of it waits. */
    private static final long GATHER_NANOS = Timing.millis(2);

    private final Context c;
    private final Membership membership;
    private final DivisionSettings settings;
    private final DivisionState state;
    private final Layout.Division layout;
    private final Holdings holdings;
    private final TreeMap<String, Work> ends = new TreeMap<>();
    private final Set<String> releases = new LinkedHashSet<>();
    private final Set<String> claims = new LinkedHashSet<>();

    /** Keys whose commit was refused, and when to try again if no change is told of them before. */
    private final TreeMap<String, Long> blocked = new TreeMap<>();

    private boolean busy;
    private long gatherUntil = Long.MAX_VALUE;
    private long nextTryAt = Long.MIN_VALUE;
    private int refusals;

    Lane(
            Context c,
            Membership membership,
            DivisionSettings settings,
            DivisionState state,
            Holdings holdings) {
        this.c = c;
        this.membership = membership;
        this.settings = settings;
        this.state = state;
        this.layout = c.layout.division(settings.name());
        this.holdings = holdings;
    }

    void claim(String key) {
        releases.remove(key);
        claims.add(key);
    }

    void release(String key) {
        claims.remove(key);
        releases.add(key);
    }

    void end(String key, Work work) {
        ends.put(key, work);
    }

    /** Neither claim nor release the key. */
    void keep(String key) {
        claims.remove(key);
        releases.remove(key);
    }

    void unblock(Collection<String> keys) {
        if (!blocked.isEmpty()) {
            keys.forEach(blocked::remove);
        }
    }

    boolean isIdle() {
        return !busy && ends.isEmpty() && releases.isEmpty();
    }

    /** Sends what has gathered, unless a commit is under way. */
    void send() {
        if (busy || (ends.isEmpty() && releases.isEmpty() && claims.isEmpty())) {
            return;
        }
        if (!c.due(nextTryAt) || isGathering()) {
            return;
        }
        gatherUntil = Long.MAX_VALUE;
        // Keys share conditions.
        Set<Condition> conditions =
                new LinkedHashSet<>(c.is(Mutant.CLAIM_OF_ANYBODY) ? List.of() : membership.proof());
        List<Operation> operations = new ArrayList<>();
        List<Item> items = gather(conditions, operations);
        if (items.isEmpty()) {
            return;
        }
        busy = true;
        items.forEach(item -> mark(item, true));
        c.send(new ArrayList<>(conditions), operations, result -> ended(items, result));
    }

    /** Whether there is nothing but releases, and more of them are about to come. */
    private boolean isGathering() {
        if (!ends.isEmpty() || !claims.isEmpty() || !holdings.isStopping()) {
            return false;
        }
        gatherUntil = Math.min(gatherUntil, c.now.nanos() + GATHER_NANOS);
        return !c.due(gatherUntil);
    }

    private List<Item> gather(Set<Condition> conditions, List<Operation> operations) {
        List<Item> candidates = new ArrayList<>();
        for (var end : new ArrayList<>(ends.entrySet())) {
            addIfAny(candidates, endOf(end.getKey(), end.getValue()));
        }
        for (String key : new ArrayList<>(releases)) {
            addIfAny(candidates, releaseOf(key));
        }
        for (String key : new ArrayList<>(claims)) {
            addIfAny(candidates, claimOf(key));
        }
        List<Item> items = new ArrayList<>();
        for (Item item : candidates) {
            Long until = blocked.get(item.key());
            if ((until == null || c.due(until)) && fits(item, conditions, operations)) {
                blocked.remove(item.key());
                ends.remove(item.key());
                releases.remove(item.key());
                claims.remove(item.key());
                conditions.addAll(item.conditions());
                operations.addAll(item.operations());
                items.add(item);
            }
        }
        return items;
    }

    private static void addIfAny(List<Item> items, @Nullable Item item) {
        if (item != null) {
            items.add(item);
        }
    }

    private boolean fits(Item item, Set<Condition> conditions, List<Operation> operations) {
        int more = 0;
        for (Condition condition : item.conditions()) {
            more += conditions.contains(condition) ? 0 : 1;
        }
        int most = c.settings.operations();
        return conditions.size() + more <= most
                && operations.size() + item.operations().size() <= most;
    }

    private @Nullable Item endOf(String key, Work work) {
        Held<OwnerRecord> owner = state.owners.get(key);
        Event.Ending ending = work.ending;
        if (owner == null || ending == null || !holdings.isCurrent(key, work)) {
            ends.remove(key);
            return null;
        }
        List<Condition> conditions = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        conditions.add(
                new Condition.Unchanged(layout.owner(key), OwnerRecord.revisionOf(work.token)));
        Held<KeyRecord> record = state.keys.get(key);
        boolean over = true;
        switch (ending) {
            case Event.Ending.Stopped stopped -> {}
            case Event.Ending.GivenBack back ->
                    operations.add(
                            new Operation.Put(
                                    layout.returned(key), Bytes.utf8(membership.incarnation())));
            case Event.Ending.Done done ->
                    write(
                            key,
                            record,
                            conditions,
                            operations,
                            ended(record, work, KeyRecord.State.DONE, "", done.startedMillis()));
            case Event.Ending.Failed failed -> {
                int attempts = record == null ? 1 : record.value().attempts() + 1;
                over = settings.attempts() > 0 && attempts >= settings.attempts();
                KeyRecord next =
                        over
                                ? ended(
                                        record,
                                        work,
                                        KeyRecord.State.FAILED,
                                        failed.error(),
                                        failed.startedMillis())
                                : new KeyRecord(
                                        KeyRecord.State.WANTED,
                                        attempts,
                                        failed.error(),
                                        "",
                                        0,
                                        0,
                                        0);
                write(key, record, conditions, operations, next);
            }
        }
        if (over) {
            operations.add(new Operation.Delete(layout.owner(key)));
            if (!(ending instanceof Event.Ending.GivenBack) && state.targets.containsKey(key)) {
                operations.add(new Operation.Delete(layout.target(key)));
            }
        }
        return new Item(key, work, work.token, conditions, operations);
    }

    /** A key that was removed meanwhile stays removed. */
    private void write(
            String key,
            @Nullable Held<KeyRecord> record,
            List<Condition> conditions,
            List<Operation> operations,
            KeyRecord next) {
        if (record != null) {
            conditions.add(new Condition.Unchanged(layout.key(key), record.modified()));
            operations.add(new Operation.Put(layout.key(key), next.toBytes()));
        }
    }

    private KeyRecord ended(
            @Nullable Held<KeyRecord> record,
            Work work,
            KeyRecord.State outcome,
            String error,
            long startedMillis) {
        int failed = record == null ? 0 : record.value().attempts();
        return new KeyRecord(
                outcome,
                outcome == KeyRecord.State.FAILED ? failed + 1 : failed,
                error,
                c.settings.name(),
                work.token,
                startedMillis,
                c.now.wallMillis());
    }

    private @Nullable Item releaseOf(String key) {
        Held<OwnerRecord> owner = state.owners.get(key);
        if (owner == null) {
            releases.remove(key);
            return null;
        }
        List<Condition> conditions = new ArrayList<>();
        conditions.add(new Condition.Unchanged(layout.owner(key), owner.modified()));
        Operation release = new Operation.Delete(layout.owner(key));
        String heir = holdings.heirOf(key);
        Held<MemberRecord> member = heir == null ? null : c.state.members.get(heir);
        Held<ParticipantRecord> part = heir == null ? null : state.participants.get(heir);
        if (heir != null && member != null && part != null) {
            if (!c.is(Mutant.HANDED_TO_A_LEAVER)) {
                conditions.add(new Condition.Unchanged(c.layout.member(heir), member.modified()));
                // Who is about to leave has written that there first, and gets nothing any more.
                conditions.add(new Condition.Unchanged(layout.participant(heir), part.modified()));
            }
            OwnerRecord next = new OwnerRecord(heir, c.state.eraOrdinal());
            release = new Operation.Put(layout.owner(key), next.toBytes());
        }
        return new Item(
                key,
                null,
                OwnerRecord.token(owner.value().era(), owner.modified()),
                conditions,
                List.of(release));
    }

    private @Nullable Item claimOf(String key) {
        Held<OwnerRecord> owner = state.owners.get(key);
        Held<String> target = state.targets.get(key);
        if (target == null) {
            claims.remove(key);
            return null;
        }
        List<Condition> conditions = new ArrayList<>();
        conditions.add(new Condition.Unchanged(layout.target(key), target.modified()));
        if (owner == null) {
            conditions.add(new Condition.Absent(layout.owner(key)));
        } else {
            conditions.add(new Condition.Unchanged(layout.owner(key), owner.modified()));
            boolean careless = c.is(Mutant.CLAIM_FROM_THE_LIVING);
            if (owner.value().era() == c.state.eraOrdinal() && !careless) {
                conditions.add(isGone(owner.value().incarnation()));
            }
        }
        OwnerRecord claim = new OwnerRecord(membership.incarnation(), c.state.eraOrdinal());
        return new Item(
                key,
                null,
                0,
                conditions,
                List.of(new Operation.Put(layout.owner(key), claim.toBytes())));
    }

    /** The condition that an incarnation is no member: its record is absent, or nobody's. */
    private Condition isGone(String incarnation) {
        Long unreadable = c.state.unreadableMembers.get(incarnation);
        String key = c.layout.member(incarnation);
        return unreadable == null
                ? new Condition.Absent(key)
                : new Condition.Unchanged(key, unreadable);
    }

    private void ended(List<Item> items, CommitResult result) {
        busy = false;
        List<String> keys = new ArrayList<>();
        for (Item item : items) {
            keys.add(item.key());
            mark(item, false);
        }
        switch (result) {
            case CommitResult.Applied applied -> {
                refusals = 0;
                items.forEach(this::applied);
            }
            case CommitResult.Refused refused -> {
                block(items, new LinkedHashSet<>(refused.failed()));
                refusals++;
                if (refusals >= REFUSALS) {
                    // What is known does not explain it: look.
                    refusals = 0;
                    membership.readAgain();
                }
            }
            case CommitResult.OtherStore other -> membership.storeChanged();
            case CommitResult.Failed failed -> later();
            case CommitResult.Unknown unknown -> later();
        }
        holdings.lookAgain(keys);
    }

    private static void mark(Item item, boolean isSent) {
        Work work = item.work();
        if (work != null) {
            work.isSent = isSent;
        }
    }

    private void applied(Item item) {
        Work work = item.work();
        if (work != null) {
            holdings.written(item.key(), Objects.requireNonNull(work.ending));
        } else if (!item.isClaim()) {
            holdings.released(item.key(), item.token());
        }
    }

    private void later() {
        nextTryAt = c.now.nanos() + c.jittered(c.timing.retryNanos());
    }

    /** Those that were refused wait for word of a change; the others go again at once. */
    private void block(List<Item> items, Set<String> failed) {
        boolean any = false;
        for (Item item : items) {
            for (Condition condition : item.conditions()) {
                if (failed.contains(condition.key())) {
                    blocked.put(item.key(), c.now.nanos() + 5 * c.timing.retryNanos());
                    any = true;
                }
            }
        }
        if (!any) {
            // The membership or the era: word of it is on the way.
            later();
        }
    }
}
