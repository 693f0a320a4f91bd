package dev.roster.protocol;

import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Keeps a division's plan. The first in rank among its participants plans at once; the others do so
 * only when, after a while, something is still to be planned. Each commit is conditional on the
 * plan's head, so of two planners one is refused, and begins anew with what it learns.
 */
final class Planner {
    private static final long NEVER = Long.MAX_VALUE;

    private final Context c;
    private final Membership membership;
    private final DivisionSettings settings;
    private final DivisionState state;
    private final Layout.Division layout;
    private final ArrayDeque<List<Operation>> queue = new ArrayDeque<>();
    private Placing.Result result = Placing.Result.NOTHING;
    private boolean busy;
    private boolean dirty = true;
    private boolean wasAcquiring;
    private long dirtySince;
    private long nextAt = Long.MIN_VALUE;
    private long balanceAt = NEVER;
    private long namesakesSince;
    private String namesakes = "";
    private long balancedAt = Long.MIN_VALUE / 2;
    private String balancingFor = "";

    Planner(Context c, Membership membership, DivisionSettings settings, DivisionState state) {
        this.c = c;
        this.membership = membership;
        this.settings = settings;
        this.state = state;
        this.layout = c.layout.division(settings.name());
    }

    /** Does what is due. */
    void act() {
        if (!membership.acquiring()) {
            wasAcquiring = false;
            queue.clear();
            return;
        }
        if (!wasAcquiring || state.restChanged || c.state.changed || !state.changed.isEmpty()) {
            if (!dirty) {
                dirtySince = c.now.nanos();
            }
            dirty = true;
            wasAcquiring = true;
        }
        if (balanceAt != NEVER && c.due(balanceAt)) {
            balanceAt = NEVER;
            if (!dirty) {
                dirtySince = c.now.nanos();
            }
            dirty = true;
        }
        if (busy) {
            return;
        }
        if (!queue.isEmpty()) {
            sendNext();
            return;
        }
        if (!dirty || state.division == null) {
            return;
        }
        int rank = rank();
        long turn = rank == 0 ? 0 : dirtySince + 2L * rank * c.timing.standbyNanos();
        if (rank >= 0 && c.due(Math.max(turn, nextAt))) {
            plan();
        }
    }

    /** This member's rank among the participants, or -1 if it is none. */
    private int rank() {
        int rank = 0;
        for (String incarnation : c.state.ranked()) {
            if (incarnation.equals(membership.incarnation())) {
                return state.participants.containsKey(incarnation) ? rank : -1;
            }
            if (state.participants.containsKey(incarnation)) {
                rank++;
            }
        }
        return -1;
    }

    private void plan() {
        dirty = false;
        // Planning looks at every key: leave time for other things when there are many.
        long pace = Math.min(Timing.millis(500), 2000L * state.keys.size());
        nextAt = c.now.nanos() + pace;
        Placing placing = new Placing(c.state, state, settings, layout);
        boolean soon = c.now.nanos() < balancedAt + c.timing.settleNanos();
        long quietAt = namesakesUntil(placing);
        boolean mayBalance =
                c.now.nanos() >= quietAt && (!soon || placing.participants().equals(balancingFor));
        result = placing.place(mayBalance);
        if (result.wouldBalance()) {
            // Keys that move for balance can wait until the group is quiet; others cannot.
            balanceAt = Math.max(quietAt, balancedAt + c.timing.settleNanos());
        }
        if (result.balances()) {
            balancedAt = c.now.nanos();
            balancingFor = placing.participants();
        }
        split(cleaned(result.operations()));
        if (!queue.isEmpty()) {
            sendNext();
        }
    }

    /** Until when it may be that of two members with one name the elder is dead. */
    private long namesakesUntil(Placing placing) {
        if (!placing.hasNamesakes()) {
            namesakes = "";
            return Long.MIN_VALUE;
        }
        if (!placing.participants().equals(namesakes)) {
            namesakes = placing.participants();
            namesakesSince = c.now.nanos();
        }
        return namesakesSince + c.timing.takeoverNanos() + 2 * c.timing.standbyNanos();
    }

    /** Adds the removal of participants that are gone, and of what they owned and nobody wants. */
    private List<Operation> cleaned(List<Operation> operations) {
        List<Operation> all = new ArrayList<>(operations);
        for (String incarnation : new TreeSet<>(state.participants.keySet())) {
            if (!c.state.members.containsKey(incarnation)) {
                all.add(new Operation.Delete(layout.participant(incarnation)));
            }
        }
        for (var owner : state.owners.entrySet()) {
            boolean over = !c.state.isLive(owner.getValue().value().incarnation());
            if (over && !state.targets.containsKey(owner.getKey()) && !isWork(owner.getKey())) {
                all.add(new Operation.Delete(layout.owner(owner.getKey())));
            }
        }
        return all;
    }

    private boolean isWork(String key) {
        Held<KeyRecord> record = state.keys.get(key);
        return settings.shared().partitions() > 0
                || (record != null && record.value().state() == KeyRecord.State.WANTED);
    }

    private void split(List<Operation> operations) {
        Held<PlanRecord> plan = state.plan;
        String balanced = plan == null ? "" : plan.value().balancedFor();
        if (operations.isEmpty() && balanced.equals(result.balancedFor())) {
            return;
        }
        // Two of each commit's operations are the plan's head and its history.
        int size = c.settings.operations() - 2;
        for (int from = 0; from < operations.size(); from += size) {
            queue.add(operations.subList(from, Math.min(operations.size(), from + size)));
        }
        if (queue.isEmpty()) {
            queue.add(List.of());
        }
    }

    private void sendNext() {
        List<Operation> part = queue.removeFirst();
        Held<PlanRecord> plan = state.plan;
        PlanRecord before = plan == null ? PlanRecord.NONE : plan.value();
        long epoch = before.epoch() + 1;
        List<Condition> conditions = new ArrayList<>(membership.proof());
        conditions.add(
                plan == null
                        ? new Condition.Absent(layout.plan())
                        : new Condition.Unchanged(layout.plan(), plan.modified()));
        List<Operation> operations = new ArrayList<>();
        for (Operation operation : part) {
            if (operation.key().startsWith(layout.owners())) {
                String key = operation.key().substring(layout.owners().length());
                Held<OwnerRecord> owner = state.owners.get(key);
                if (owner == null || c.state.isLive(owner.value().incarnation())) {
                    continue;
                }
                conditions.add(new Condition.Unchanged(operation.key(), owner.modified()));
            }
            operations.add(operation);
        }
        PlanRecord next =
                new PlanRecord(
                        epoch,
                        membership.incarnation(),
                        queue.isEmpty() ? result.balancedFor() : before.balancedFor());
        operations.add(new Operation.Put(layout.plan(), next.toBytes()));
        Map<String, String> moves = new LinkedHashMap<>();
        for (Operation operation : part) {
            String key = operation.key();
            if (key.startsWith(layout.targets())) {
                String name = key.substring(layout.targets().length());
                String move = result.moves().get(name);
                if (move != null) {
                    moves.put(name, move);
                }
            }
        }
        if (!moves.isEmpty()) {
            operations.add(
                    new Operation.Put(layout.change(epoch), history(epoch, moves).toBytes()));
        }
        busy = true;
        c.send(conditions, operations, this::ended);
    }

    private MoveRecord history(long epoch, Map<String, String> moves) {
        List<String> kept = new ArrayList<>();
        for (Map.Entry<String, String> move : moves.entrySet()) {
            if (kept.size() < MoveRecord.MOVES_KEPT) {
                kept.add(move.getKey() + "|" + move.getValue());
            }
        }
        return new MoveRecord(
                epoch, c.settings.name(), result.reason(), c.now.wallMillis(), kept, moves.size());
    }

    private void ended(CommitResult commit) {
        busy = false;
        if (!(commit instanceof CommitResult.Applied)) {
            queue.clear();
            dirty = true;
            dirtySince = c.now.nanos();
            nextAt = c.now.nanos() + c.jittered(c.timing.retryNanos() / 4);
        }
    }
}
