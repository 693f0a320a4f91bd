package dev.roster.protocol;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Condition;
import dev.roster.Operation;
import dev.roster.StoreIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a member's machine share: the settings, the time, what is known, what to do.
 */
final class Context {
    private record Pending(Commit commit, Consumer<CommitResult> then) {}

    final MemberSettings settings;
    final Timing timing;
    final Layout layout;
    final RandomGenerator random;
    private final Mutant mutant;
    final GroupState state;
    Now now = new Now(0, 0);

    /** The life of the store that was read last. */
    @Nullable StoreIdentity store;

    private List<Effect> effects = new ArrayList<>();
    private final TreeMap<Long, Pending> pending = new TreeMap<>();
    private long lastId;
    private long wakeNanos = Long.MAX_VALUE;

    Context(MemberSettings settings, RandomGenerator random, Mutant mutant) {
        this.mutant = mutant;
        this.settings = settings;
        this.timing = settings.timing();
        this.layout = new Layout(settings.group());
        this.random = random;
        this.state =
                new GroupState(
                        layout,
                        is(Mutant.REPLAY_BELIEVED),
                        (key, why) -> report(Effect.Report.Kind.CORRUPT_RECORD, key, why));
    }

    /** Whether this deliberate mistake is to be made. */
    boolean is(Mutant mistake) {
        return mutant == mistake;
    }

    /** How long a beat that succeeded lets a member act, from when it was sent. */
    long validityNanos() {
        return is(Mutant.VALID_FOR_THE_WHOLE_LEASE)
                ? timing.takeoverNanos() * (1000 + timing.driftPerMille()) / 1000
                : timing.validityNanos();
    }

    void begin(Now time) {
        now = time;
        wakeNanos = Long.MAX_VALUE;
    }

    List<Effect> takeEffects() {
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }

    void emit(Effect effect) {
        effects.add(effect);
    }

    void report(Effect.Report.Kind kind, String subject, String detail) {
        emit(new Effect.Report(kind, subject, detail));
    }

    /** Asks to be called again at that time at the latest. */
    void wakeAt(long nanos) {
        wakeNanos = Math.min(wakeNanos, nanos);
    }

    long wakeNanos() {
        return wakeNanos;
    }

    /** Whether that time has come; if not, asks to be called then. */
    boolean due(long nanos) {
        if (now.nanos() >= nanos) {
            return true;
        }
        wakeAt(nanos);
        return false;
    }

    /** A little more than {@code nanos}, so that members do not act in step. */
    long jittered(long nanos) {
        return nanos + random.nextLong(nanos / 4 + 1);
    }

    void send(List<Condition> conditions, List<Operation> operations, Consumer<CommitResult> then) {
        send(conditions, operations, false, then);
    }

    void sendBeat(
            List<Condition> conditions, List<Operation> operations, Consumer<CommitResult> then) {
        send(conditions, operations, true, then);
    }

    private void send(
            List<Condition> conditions,
            List<Operation> operations,
            boolean isBeat,
            Consumer<CommitResult> then) {
        boolean isQuiet = isBeat && timing.areBeatsQuiet();
        Commit commit = new Commit(store, conditions, operations, isQuiet);
        lastId++;
        pending.put(lastId, new Pending(commit, then));
        emit(new Effect.Send(lastId, commit, isBeat));
    }

    void commitEnded(long id, CommitResult result) {
        Pending ended = pending.remove(id);
        if (ended == null) {
            return;
        }
        if (result instanceof CommitResult.Applied applied) {
            if (ended.commit().store() == null || !ended.commit().store().equals(store)) {
                // It took effect in a life of the store that is over.
                ended.then().accept(new CommitResult.Unknown("the store is another one by now"));
                return;
            }
            state.applied(ended.commit().operations(), applied.revision());
        }
        ended.then().accept(result);
    }
}
