package dev.roster.runtime;

import dev.roster.CommitResult;
import dev.roster.StoreUnavailableException;
import dev.roster.protocol.Effect;
import dev.roster.protocol.Event;
import dev.roster.protocol.Layout;
import dev.roster.protocol.MemberMachine;
import dev.roster.protocol.MemberSettings;
import dev.roster.protocol.Now;
import dev.roster.protocol.Timing;
import dev.roster.store.Range;
import dev.roster.store.Store;
import dev.roster.store.Ties;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs one member's machine: brings it events from the store, the clock and the caller, and carries
 * out what it wants. The machine is touched by the event loop alone.
 */
public final class MemberDriver {
    private final Store store;
    private final Timing timing;
    private final Layout layout;
    private final MemberMachine machine;
    private final MemberListener listener;
    private final Threads runtime;
    private final MonotonicClock clock = new MonotonicClock();
    private final Validity validity = new Validity();
    private final Map<Long, ScheduledFuture<?>> timeouts = new ConcurrentHashMap<>();
    private long validUntil;
    private @Nullable ScheduledFuture<?> wake;
    private @Nullable Tail groupTail;
    private @Nullable Tail beatTail;
    private List<String> ties = List.of();
    private @Nullable ScheduledFuture<?> tieCheck;
    private @Nullable ScheduledFuture<?> clockLook;
    private boolean tieHolds = true;
    private boolean over;
    private boolean hasJoined;

    public MemberDriver(Store store, MemberSettings settings, MemberListener listener) {
        this.store = store;
        this.timing = settings.timing();
        this.layout = new Layout(settings.group());
        this.listener = listener;
        this.runtime = new Threads(settings.name());
        this.machine = new MemberMachine(settings, new SecureRandom());
    }

    /** Begins. */
    public void start() {
        post(new Event.Join());
        clockLook =
                runtime.loop()
                        .scheduleAtFixedRate(
                                guarded(this::look),
                                0,
                                timing.tieGraceNanos() / 3,
                                TimeUnit.NANOSECONDS);
    }

    /**
     * Looks whether the machine was suspended, and whether the own tie still holds: others trust
     * that a member whose tie broke stops within the grace. It breaks when the store is closed.
     */
    private void look() {
        clock.look();
        String tie = store.ties().own();
        if (tie.isEmpty()) {
            return;
        }
        Ties.State state = stateOf(tie);
        if (state == Ties.State.BROKEN) {
            listener.on(new Effect.Lost("the store was closed before its member"));
            handle(new Event.Cancel());
        } else if (tieHolds != (state != Ties.State.MENDING)) {
            tieHolds = !tieHolds;
            handle(new Event.OwnTie(tieHolds));
        }
    }

    /** A store that cannot tell now is asked again. */
    private Ties.State stateOf(String tie) {
        try {
            return store.ties().state(tie);
        } catch (RuntimeException e) {
            return Ties.State.UNKNOWN;
        }
    }

    /** Nothing that runs on the loop may end unseen: half of what it was to do would be missing. */
    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                if (!over) {
                    fail(e);
                }
            }
        };
    }

    /** Until when the member may act. */
    public Validity validity() {
        return validity;
    }

    /** Runs the caller's code on a virtual thread of its own. */
    public Thread startUser(Runnable code) {
        return runtime.user().start(code);
    }

    /** Runs a task on the event loop; after the member's end it is dropped. */
    public void execute(Runnable task) {
        try {
            runtime.loop().execute(guarded(task));
        } catch (RejectedExecutionException e) {
            // The member is over, and with it everything that the task could be about.
        }
    }

    /** Runs a task on the event loop some time later. */
    public void schedule(Runnable task, long delayNanos) {
        try {
            ScheduledFuture<?> unused =
                    runtime.loop().schedule(guarded(task), delayNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // As above.
        }
    }

    /** Brings the machine an event, from any thread. */
    public void post(Event event) {
        execute(() -> handle(event));
    }

    private void handle(Event event) {
        if (over) {
            return;
        }
        Now now = clock.now();
        List<Effect> effects;
        try {
            effects = machine.on(event, now);
        } catch (RuntimeException | AssertionError e) {
            fail(e);
            return;
        }
        for (Effect effect : effects) {
            carryOut(effect);
        }
        publishValidity(now.nanos());
        wakeLater(now.nanos());
        if (over) {
            close();
        }
    }

    /** A broken invariant: this member stops acting at once, and says so. */
    private void fail(Throwable e) {
        over = true;
        validUntil = 0;
        validity.until(System.nanoTime(), System.nanoTime());
        String what = "Roster found a fault of its own: " + e;
        listener.on(new Effect.Report(Effect.Report.Kind.OWN_FAULT, "the member", what));
        listener.on(new Effect.Lost(what));
        listener.on(new Effect.Left(false));
        Thread loop = Thread.currentThread();
        loop.getUncaughtExceptionHandler().uncaughtException(loop, e);
        close();
    }

    /**
     * If the loop stands still for longer than a pause may take, the guard says no by itself,
     * before anything that was queued meanwhile runs.
     */
    private void publishValidity(long nowNanos) {
        long until = Math.min(validUntil, nowNanos + timing.pauseNanos());
        validity.until(until - clock.offsetNanos(), validUntil - clock.offsetNanos());
    }

    private void wakeLater(long nowNanos) {
        ScheduledFuture<?> before = wake;
        if (before != null) {
            before.cancel(false);
        }
        if (!over) {
            long delay = Math.max(0, machine.nextWakeNanos() - nowNanos);
            wake =
                    runtime.loop()
                            .schedule(
                                    guarded(() -> handle(new Event.Tick())),
                                    delay,
                                    TimeUnit.NANOSECONDS);
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.ReadGroup read -> {
                closeTail(groupTail);
                groupTail = new Tail(store, Range.prefix(layout.prefix()), false, this::post);
                runtime.io().execute(groupTail);
            }
            case Effect.ReadBeats read -> runtime.io().execute(this::readBeats);
            case Effect.WatchBeats watch -> {
                closeTail(beatTail);
                beatTail = null;
                if (watch.on()) {
                    beatTail = new Tail(store, Range.prefix(layout.beats()), true, this::post);
                    runtime.io().execute(beatTail);
                }
            }
            case Effect.WatchTies watch -> watchTies(watch.ties());
            case Effect.Send send -> send(send);
            case Effect.Valid valid -> validUntil = valid.untilNanos();
            case Effect.Left left -> {
                over = true;
                listener.on(left);
            }
            case Effect.Joined joined -> {
                hasJoined = true;
                listener.on(joined);
            }
            case Effect.JoinRefused refused -> {
                over = true;
                if (hasJoined) {
                    // It cannot come back: whoever waits for that waits for its end.
                    listener.on(
                            new Effect.Report(
                                    Effect.Report.Kind.JOIN_REFUSED, "the member", refused.why()));
                    listener.on(new Effect.Left(false));
                } else {
                    listener.on(refused);
                }
            }
            case Effect.Lost lost -> {
                // The guard says no before anybody is told.
                publishValidity(clock.now().nanos());
                listener.on(lost);
            }
            case Effect.Regained regained -> listener.on(regained);
            case Effect.StopSlot stop -> listener.on(stop);
            case Effect.StartSlot start -> {
                publishValidity(clock.now().nanos());
                listener.on(start);
            }
            case Effect.StartWork start -> {
                publishValidity(clock.now().nanos());
                listener.on(start);
            }
            case Effect.StopWork stop -> listener.on(stop);
            case Effect.Released released -> listener.on(released);
            case Effect.Flushed flushed -> listener.on(flushed);
            case Effect.DivisionJoined joined -> listener.on(joined);
            case Effect.DivisionRefused refused -> listener.on(refused);
            case Effect.Report report -> listener.on(report);
        }
    }

    private void send(Effect.Send send) {
        long limit = Math.min(2_000_000_000L, timing.renewNanos() / 2);
        ScheduledFuture<?> timeout =
                runtime.loop()
                        .schedule(
                                guarded(() ->
                                        ended(
                                                send.id(),
                                                new CommitResult.Unknown(
                                                        "no answer within %d ms"
                                                                .formatted(limit / 1_000_000)))),
                                limit,
                                TimeUnit.NANOSECONDS);
        timeouts.put(send.id(), timeout);
        ExecutorService by = send.isBeat() ? runtime.beats() : runtime.io();
        by.execute(() -> {
            CommitResult result;
            try {
                result = store.commit(send.commit());
            } catch (StoreUnavailableException e) {
                result = new CommitResult.Failed(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                result = new CommitResult.Unknown(e.toString());
            }
            CommitResult answer = result;
            execute(() -> ended(send.id(), answer));
        });
    }

    private void ended(long id, CommitResult result) {
        ScheduledFuture<?> timeout = timeouts.remove(id);
        if (timeout != null) {
            timeout.cancel(false);
            handle(new Event.CommitEnded(id, result));
        }
    }

    private void readBeats() {
        try {
            post(new Event.BeatsRead(store.read(Range.prefix(layout.beats())).entries()));
        } catch (StoreUnavailableException e) {
            // The machine asks again by itself.
        }
    }

    private void watchTies(List<String> watched) {
        ties = watched;
        ScheduledFuture<?> before = tieCheck;
        if (before != null) {
            before.cancel(false);
            tieCheck = null;
        }
        if (!watched.isEmpty()) {
            tieCheck =
                    runtime.loop()
                            .scheduleAtFixedRate(
                                    guarded(this::checkTies), 100, 100, TimeUnit.MILLISECONDS);
        }
    }

    private void checkTies() {
        for (String tie : new ArrayList<>(ties)) {
            if (stateOf(tie) == Ties.State.BROKEN) {
                handle(new Event.TieBroken(tie));
            }
        }
    }

    private static void closeTail(@Nullable Tail tail) {
        if (tail != null) {
            tail.close();
        }
    }

    private void close() {
        validUntil = 0;
        validity.until(System.nanoTime(), System.nanoTime());
        closeTail(groupTail);
        closeTail(beatTail);
        ScheduledFuture<?> look = clockLook;
        if (look != null) {
            look.cancel(false);
        }
        timeouts.values().forEach(timeout -> timeout.cancel(false));
        runtime.shutdown();
    }
}
