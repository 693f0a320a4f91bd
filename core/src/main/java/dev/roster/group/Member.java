package dev.roster.group;

import dev.roster.Fence;
import dev.roster.JoinRefusedException;
import dev.roster.Problem;
import dev.roster.RosterException;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.Effect;
import dev.roster.protocol.Event;
import dev.roster.protocol.MemberSettings;
import dev.roster.protocol.Proof;
import dev.roster.protocol.Timing;
import dev.roster.runtime.MemberSession;
import dev.roster.runtime.Problems;
import dev.roster.runtime.Sessions;
import dev.roster.runtime.Validity;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One joining of a group. It beats by itself; when it cannot, it stops acting before anybody takes
 * over, and comes back by itself when it can. Safe for use by many threads.
 */
public final class Member implements AutoCloseable {
    /** How long {@link #close} waits for work to stop. */
    public static final Duration CLOSE_WITHIN = Duration.ofSeconds(60);

    private final Store store;
    private final String group;
    private final String name;
    private final JoinOptions options;
    private final MemberSession session;
    private final CompletableFuture<String> firstJoined = new CompletableFuture<>();
    private final CompletableFuture<Boolean> left = new CompletableFuture<>();

    /** Those that were added and are not told yet; guarded by itself. */
    private final List<GroupListener> added = new ArrayList<>();

    /** Nothing more is told; guarded by {@link #added}. */
    private boolean isOver;

    private final List<GroupListener> listeners = new CopyOnWriteArrayList<>();
    private final SlotRunner slots;
    private volatile String incarnation = "";

    Member(Store store, String group, JoinOptions options) {
        this.store = store;
        this.group = group;
        this.options = options;
        this.name = options.name().isEmpty() ? Names.ownName() : options.name();
        MemberSettings settings =
                new MemberSettings(
                        group,
                        name,
                        options.version(),
                        options.replaces(),
                        store.ties().own(),
                        options.metadata(),
                        new Timing(options.lease().toNanos(), Timing.DRIFT_PER_MILLE),
                        options.slotStop().toNanos(),
                        store.limits().operations());
        this.session = new MemberSession(store, settings, this::on);
        this.slots = new SlotRunner(session.driver(), this::tellProblem);
        Sessions.remember(this, session);
    }

    void join() {
        session.driver().start();
        try {
            firstJoined.get(options.joinWithin().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RosterException known
                    ? known
                    : new RosterException("Joining failed.", e);
        } catch (TimeoutException e) {
            cancel();
            throw new StoreUnavailableException(
                    "Could not join the group \"%s\" within %s: the store does not answer."
                            .formatted(group, options.joinWithin()));
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("Interrupted while joining.", e);
        }
    }

    /** The group's name. */
    public String group() {
        return group;
    }

    /** The member's name. */
    public String name() {
        return name;
    }

    /** The id of the present joining; another one after an eviction. */
    public String incarnation() {
        return incarnation;
    }

    /** The store that the group is on. */
    public Store store() {
        return store;
    }

    /** Whether the member may act now. Quick: no I/O, no lock. */
    public boolean isValid() {
        return validity().holds();
    }

    /**
     * How much longer the member may act if no other beat succeeds, zero if it must not act now.
     * Short, at most a second: a process that stands still learns late that it did.
     */
    public Duration validFor() {
        return Duration.ofNanos(Math.max(0, validity().remainingNanos()));
    }

    /**
     * How much longer the member may act should no further beat succeed; zero when it may not act.
     * For what has to stop by itself, too, should this process freeze.
     */
    public Duration leaseLeft() {
        return Duration.ofNanos(Math.max(0, validity().leaseLeftNanos()));
    }

    /** The slot in the active view; empty while there is none, such as between two views. */
    public Optional<Slot> slot() {
        return Optional.ofNullable(slots.current());
    }

    /**
     * Waits until the member has a slot.
     *
     * @throws StoreUnavailableException it had none within the time
     */
    public Slot awaitSlot(Duration atMost) throws InterruptedException {
        return slots.await(atMost);
    }

    /**
     * Adds a listener; it is told what happens from now on, and the present slot first. If the
     * member has left for good, it is told that, by the calling thread.
     */
    public void listen(GroupListener listener) {
        boolean isLate;
        synchronized (added) {
            isLate = isOver;
            if (!isLate) {
                added.add(listener);
            }
        }
        if (isLate) {
            tell(listener, GroupListener::left);
        } else {
            session.driver().execute(this::tellAdded);
        }
    }

    private void tellAdded() {
        List<GroupListener> present;
        synchronized (added) {
            present = List.copyOf(added);
            added.clear();
        }
        Slot slot = slots.current();
        for (GroupListener listener : present) {
            listeners.add(listener);
            if (slot != null) {
                tell(listener, one -> one.slotStarted(slot));
            }
        }
    }

    /**
     * Runs a handler for the present slot and for each one that follows.
     *
     * @throws IllegalStateException the member has a handler already
     */
    public void onSlot(SlotHandler handler) {
        slots.handle(handler);
    }

    /**
     * Runs a task once in every interval, on a virtual thread, phase-staggered: slot k of N fires
     * at k/N of the interval. Nothing fires while the member has no valid slot, and a fire time
     * that passed while it was paused, or while the task still ran, is left out.
     */
    public Ticks every(Duration interval, SlotHandler task) {
        Ticks ticks = new Ticks(interval, task, slots, session.driver(), this::tellProblem);
        ticks.start();
        return ticks;
    }

    /**
     * Leaves the group: stops all work and the slot's handler, gives everything up, confirmed, and
     * goes. Then the others take over at once.
     *
     * @return whether everything was given up in that time; if not, the member goes all the same,
     *     and the rest moves when the lease is over
     */
    public boolean leave(Duration atMost) {
        session.driver().post(new Event.Leave());
        try {
            return left.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            cancel();
            return false;
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new RosterException("Leaving failed.", e);
        }
    }

    /**
     * Leaves at once: whatever runs is interrupted and not waited for, nothing is given up, and the
     * others take over when the lease is over.
     */
    public void cancel() {
        session.driver().post(new Event.Cancel());
    }

    /** {@linkplain #leave Leaves}, within {@link #CLOSE_WITHIN}. Calling it again does nothing. */
    @Override
    public void close() {
        if (!left.isDone()) {
            leave(CLOSE_WITHIN);
        }
    }

    private Validity validity() {
        return session.driver().validity();
    }

    private void on(Effect effect) {
        switch (effect) {
            case Effect.Joined joined -> {
                incarnation = joined.incarnation();
                firstJoined.complete(incarnation);
                tell(one -> one.joined(joined.incarnation()));
            }
            case Effect.JoinRefused refused -> {
                firstJoined.completeExceptionally(new JoinRefusedException(refused.why()));
                left.complete(true);
            }
            case Effect.Lost lost -> tell(one -> one.lost(lost.why()));
            case Effect.Regained regained -> tell(GroupListener::regained);
            case Effect.Left gone -> {
                end(slots.stop());
                addTheLast();
                left.complete(gone.cleanly());
                tell(GroupListener::left);
            }
            case Effect.StartSlot start -> {
                Slot slot =
                        new Slot(
                                start.generation(),
                                start.slot(),
                                start.members(),
                                fence(start.proof()),
                                validity());
                slots.start(slot);
                tell(one -> one.slotStarted(slot));
            }
            case Effect.StopSlot stop -> end(slots.stop());
            case Effect.Report report -> tell(one -> one.problem(Problems.of(report)));
            default -> {}
        }
    }

    /** The event loop ends with this: nobody who came before may be overlooked. */
    private void addTheLast() {
        synchronized (added) {
            isOver = true;
        }
        tellAdded();
    }

    private void end(@Nullable Slot slot) {
        if (slot != null) {
            tell(one -> one.slotEnded(slot));
        }
    }

    private static Fence fence(Proof proof) {
        return new Fence(proof.store(), proof.conditions());
    }

    private void tellProblem(Problem problem) {
        session.driver().execute(() -> tell(one -> one.problem(problem)));
    }

    private void tell(Call call) {
        for (GroupListener listener : listeners) {
            tell(listener, call);
        }
    }

    private void tell(GroupListener listener, Call call) {
        try {
            call.on(listener);
        } catch (RuntimeException e) {
            // One listener's fault is no other's; but a listener of problems is not told of itself.
            for (GroupListener other : listeners) {
                if (!other.equals(listener)) {
                    other.problem(
                            new Problem(
                                    Problem.Kind.LISTENER_FAILED,
                                    listener.getClass().getName(),
                                    e.toString()));
                }
            }
        }
    }

    private interface Call {
        void on(GroupListener listener);
    }
}
