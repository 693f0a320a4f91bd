package dev.roster.division;

import dev.roster.Fence;
import dev.roster.JoinRefusedException;
import dev.roster.RosterException;
import dev.roster.protocol.Effect;
import dev.roster.protocol.Event;
import dev.roster.runtime.MemberDriver;
import dev.roster.runtime.MemberListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Runs what the protocol starts and stops of one division, each key on a virtual thread. */
final class DivisionRunner implements MemberListener {
    /** How the caller's code is called for one key. */
    interface Caller {
        void start(Running running);

        void stop(Running running, StopReason reason);
    }

    /** Keys that were claimed together share the number of their tokens. */
    private record Id(String key, long token) {
        static Id of(Ownership ownership) {
            return new Id(ownership.key(), ownership.token());
        }
    }

    /** One ownership that has started and not ended. */
    static final class Running {
        final long startedMillis = System.currentTimeMillis();
        final Ownership ownership;
        volatile @Nullable Thread thread;
        volatile boolean told;
        volatile boolean back;
        final CountDownLatch started = new CountDownLatch(1);

        Running(Ownership ownership) {
            this.ownership = ownership;
        }
    }

    private final String division;
    private final boolean isSpace;
    private final DivisionOptions options;
    private final MemberDriver driver;
    private final Semaphore permits;
    private final Map<Id, Running> running = new ConcurrentHashMap<>();

    /** The latest ownership of each key that runs: asked for with each request. */
    private final Map<String, Ownership> latest = new ConcurrentHashMap<>();

    private final CompletableFuture<Boolean> joined = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable CompletableFuture<Boolean> flushed;
    private @Nullable Caller caller;

    DivisionRunner(String division, boolean isSpace, DivisionOptions options, MemberDriver driver) {
        this.division = division;
        this.isSpace = isSpace;
        this.options = options;
        this.driver = driver;
        int most = options.parallel() == 0 ? Integer.MAX_VALUE : options.parallel();
        this.permits = new Semaphore(most, true);
    }

    void handle(WorkHandler handler) {
        use(new HandlerCaller(this, driver, permits, handler, isSpace));
    }

    void listen(DivisionListener listener) {
        use(new ListenerCaller(this, driver, listener, options.stopWithin()));
    }

    private synchronized void use(Caller chosen) {
        if (caller != null) {
            throw new IllegalStateException("This division has been started already.");
        }
        caller = chosen;
    }

    CompletableFuture<Boolean> joined() {
        return joined;
    }

    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    synchronized CompletableFuture<Boolean> flush() {
        CompletableFuture<Boolean> future = flushed;
        if (future == null || future.isDone()) {
            future = new CompletableFuture<>();
            flushed = future;
        }
        driver.post(new Event.Flush(division));
        return future;
    }

    /** The member takes keys again: whoever still waits for a flush waits in vain. */
    void endFlush() {
        CompletableFuture<Boolean> future = flushed;
        if (future != null) {
            future.completeExceptionally(
                    new RosterException("The flush was ended by another affinity."));
        }
    }

    List<Ownership> held() {
        List<Ownership> held = new ArrayList<>();
        running.values().forEach(one -> held.add(one.ownership));
        held.sort(Comparator.comparing(Ownership::key));
        return held;
    }

    Optional<Ownership> held(String key) {
        return Optional.ofNullable(latest.get(key));
    }

    @Override
    public void on(Effect effect) {
        Caller known;
        synchronized (this) {
            known = caller;
        }
        if (known == null) {
            return;
        }
        switch (effect) {
            case Effect.StartWork start -> {
                Ownership ownership =
                        new Ownership(
                                start.key(),
                                start.token(),
                                start.attempts(),
                                new Fence(start.proof().store(), start.proof().conditions()),
                                driver.validity());
                Running one = new Running(ownership);
                running.put(Id.of(ownership), one);
                latest.put(ownership.key(), ownership);
                known.start(one);
            }
            case Effect.StopWork stop -> {
                Running one = running.get(new Id(stop.key(), stop.token()));
                if (one == null) {
                    driver.post(
                            new Event.WorkEnded(
                                    division,
                                    stop.key(),
                                    stop.token(),
                                    new Event.Ending.Stopped()));
                } else {
                    one.told = true;
                    if (stop.reason() == Effect.StopReason.LOST) {
                        one.ownership.end();
                    }
                    known.stop(one, reason(stop.reason()));
                }
            }
            case Effect.Released released -> {
                // Work that did not stop in time goes on without its ownership.
                Running one = running.get(new Id(released.key(), released.token()));
                if (one != null) {
                    one.ownership.end();
                }
            }
            case Effect.DivisionJoined unused -> joined.complete(true);
            case Effect.DivisionRefused refused ->
                    joined.completeExceptionally(new JoinRefusedException(refused.why()));
            case Effect.Flushed unused -> completeFlush();
            case Effect.Left left -> {
                running.values().forEach(one -> known.stop(one, StopReason.LOST));
                joined.completeExceptionally(new RosterException("The member has left."));
                completeFlush();
                ended.countDown();
            }
            default -> {}
        }
    }

    private void completeFlush() {
        CompletableFuture<Boolean> future = flushed;
        if (future != null) {
            future.complete(true);
        }
    }

    private static StopReason reason(Effect.StopReason reason) {
        return switch (reason) {
            case MOVED -> StopReason.MOVED;
            case REMOVED -> StopReason.REMOVED;
            case LEAVING -> StopReason.LEAVING;
            case LOST -> StopReason.LOST;
        };
    }

    /** Work under an ownership has ended; the first word counts. */
    void end(Ownership ownership, Event.Ending ending) {
        Running one = running.remove(Id.of(ownership));
        if (one != null) {
            ownership.end();
            latest.remove(ownership.key(), one.ownership);
            driver.post(new Event.WorkEnded(division, ownership.key(), ownership.token(), ending));
        }
    }

    void done(Ownership ownership) {
        end(ownership, new Event.Ending.Done(started(ownership)));
    }

    void failed(Ownership ownership, String error) {
        end(ownership, new Event.Ending.Failed(error, started(ownership)));
    }

    void giveBack(Ownership ownership) {
        Running one = running.get(Id.of(ownership));
        Thread thread = one == null ? null : one.thread;
        if (one != null && thread != null) {
            one.back = true;
            thread.interrupt();
        } else {
            end(ownership, new Event.Ending.GivenBack());
        }
    }

    private long started(Ownership ownership) {
        Running one = running.get(Id.of(ownership));
        return one == null ? System.currentTimeMillis() : one.startedMillis;
    }
}
