package dev.roster.router;

import dev.roster.Change;
import dev.roster.InvalidInputException;
import dev.roster.protocol.DivisionRecord;
import dev.roster.protocol.Layout;
import dev.roster.protocol.Peer;
import dev.roster.protocol.RoutingState;
import dev.roster.protocol.RoutingStep;
import dev.roster.protocol.Seat;
import dev.roster.runtime.Following;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A table that follows the store, and those who are told of its changes. */
final class LiveTable implements Following.Follower, AutoCloseable {
    private final Store store;
    private final String division;
    private final Range range;
    private final Following following;
    private final long staleAfterNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final RoutingState known;
    private final List<RouteChanges> readers = new ArrayList<>();
    private final List<Runnable> onState = new CopyOnWriteArrayList<>();
    private RouterState told = RouterState.ACTIVE;

    private volatile Routes routes = Routes.NONE;
    private volatile long heardNanos;
    private volatile boolean isCurrent;
    private volatile boolean ended;
    private volatile @Nullable RuntimeException why;

    LiveTable(Store store, String group, String division, Duration staleAfter) {
        this.store = store;
        this.division = division;
        this.known = new RoutingState(group, division);
        this.range = Range.prefix(new Layout(group).prefix());
        this.staleAfterNanos = staleAfter.toNanos();
        this.following = new Following("router-" + division, store, range, this);
    }

    /** Reads for the first time, and follows from there. */
    void begin() {
        Snapshot snapshot = store.read(range);
        read(snapshot);
        DivisionRecord shared = known.division();
        if (shared != null && shared.partitions() == 0) {
            throw new InvalidInputException(
                    "The division \"%s\" is a key list, and only a key space routes any key: ask Keys.state for the owner of one of its keys."
                            .formatted(division));
        }
        following.start(snapshot);
    }

    Routes routes() {
        return routes;
    }

    /** How long ago the store was heard of last. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - heardNanos);
    }

    RouterState state() {
        if (ended) {
            return RouterState.CLOSED;
        }
        boolean heard = System.nanoTime() - heardNanos < staleAfterNanos;
        return heard && isCurrent ? RouterState.ACTIVE : RouterState.STALE;
    }

    // What the store tells.

    @Override
    public void read(Snapshot snapshot) {
        lock.lock();
        try {
            RoutingStep step =
                    known.read(snapshot.entries(), snapshot.revision(), snapshot.identity());
            publish(step == null ? List.of() : List.of(step));
        } finally {
            lock.unlock();
        }
        tellState();
    }

    @Override
    public void changed(List<Change> changes, long revision) {
        lock.lock();
        try {
            publish(known.change(changes, revision));
        } finally {
            lock.unlock();
        }
        tellState();
    }

    @Override
    public void unreachable() {
        tellState();
    }

    @Override
    public void ended(@Nullable RuntimeException cause) {
        why = cause;
        lock.lock();
        try {
            ended = true;
            readers.forEach(RouteChanges::end);
            readers.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        tellState();
    }

    /** Why the table is no longer followed, if it was not closed. */
    @Nullable RuntimeException why() {
        return why;
    }

    private void publish(List<RoutingStep> steps) {
        heardNanos = System.nanoTime();
        // Before the first member there is no era, and nothing that could be old.
        isCurrent = known.isCurrent() || known.generation() == 0;
        if (steps.isEmpty()) {
            return;
        }
        Map<Peer, Target> targets = new HashMap<>();
        routes = next(steps.getLast().generation(), targets);
        for (RoutingStep step : steps) {
            RoutesChanged notice = notice(step, targets);
            readers.forEach(reader -> reader.add(notice));
        }
        changed.signalAll();
    }

    /** The table after the steps; routes that stay are the same objects. */
    private Routes next(long generation, Map<Peer, Target> targets) {
        Routes before = routes;
        @Nullable Seat[] seats = known.seats();
        Route[] all = new Route[seats.length];
        for (int partition = 0; partition < all.length; partition++) {
            Seat seat = seats[partition];
            Route old =
                    partition < before.partitions() && before.partitions() == all.length
                            ? before.partition(partition)
                            : null;
            Optional<Target> owner =
                    seat == null ? Optional.empty() : Optional.of(target(seat.peer(), targets));
            long token = seat == null ? 0 : seat.token();
            boolean same = old != null && old.token() == token && old.owner().equals(owner);
            all[partition] =
                    old != null && same ? old : new Route(partition, owner, token, generation);
        }
        List<Target> peers = new ArrayList<>();
        known.peers().forEach(peer -> peers.add(target(peer, targets)));
        return new Routes(generation, known.hash(), all, peers);
    }

    private static Target target(Peer peer, Map<Peer, Target> targets) {
        return targets.computeIfAbsent(
                peer,
                one ->
                        new Target(
                                one.name(),
                                one.incarnation(),
                                one.metadata(),
                                one.slot() < 0 ? OptionalInt.empty() : OptionalInt.of(one.slot())));
    }

    private static RoutesChanged notice(RoutingStep step, Map<Peer, Target> targets) {
        List<RoutesChanged.Move> moves = new ArrayList<>();
        for (RoutingStep.Move move : step.moves()) {
            Seat from = move.from();
            Seat to = move.to();
            moves.add(
                    new RoutesChanged.Move(
                            move.partition(),
                            from == null
                                    ? Optional.empty()
                                    : Optional.of(target(from.peer(), targets)),
                            to == null ? Optional.empty() : Optional.of(target(to.peer(), targets)),
                            to == null ? 0 : to.token()));
        }
        return new RoutesChanged(
                step.before(),
                step.generation(),
                moves,
                step.joined().stream().map(peer -> target(peer, targets)).toList(),
                step.left().stream().map(peer -> target(peer, targets)).toList());
    }

    // Those who are told.

    RouteChanges changes() {
        RouteChanges reader = new RouteChanges(this::forget);
        lock.lock();
        try {
            if (known.generation() != 0) {
                reader.add(everything());
            }
            if (ended) {
                reader.end();
            } else {
                readers.add(reader);
            }
        } finally {
            lock.unlock();
        }
        return reader;
    }

    private RoutesChanged everything() {
        Routes now = routes;
        List<RoutesChanged.Move> moves = new ArrayList<>();
        for (int partition = 0; partition < now.partitions(); partition++) {
            Route route = now.partition(partition);
            if (route.owner().isPresent()) {
                moves.add(
                        new RoutesChanged.Move(
                                partition, Optional.empty(), route.owner(), route.token()));
            }
        }
        return new RoutesChanged(0, now.generation(), moves, now.targets(), List.of());
    }

    private void forget(RouteChanges reader) {
        lock.lock();
        try {
            readers.remove(reader);
        } finally {
            lock.unlock();
        }
    }

    /** Calls back when the state may be another one. */
    void onState(Runnable listener) {
        onState.add(listener);
    }

    private void tellState() {
        lock.lock();
        try {
            RouterState now = state();
            if (now == told) {
                return;
            }
            told = now;
        } finally {
            lock.unlock();
        }
        onState.forEach(Runnable::run);
    }

    // Those who wait.

    /** Reads the store now. */
    void refresh() {
        read(store.read(range));
    }

    /** Waits until the table is another one than {@code than}, at most so long. */
    boolean awaitOther(long than, long atMostNanos) throws InterruptedException {
        long left = atMostNanos;
        lock.lockInterruptibly();
        try {
            while (routes.generation() == than && !ended) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the table is of at least a generation, or is known to hold what that one does: a
     * commit that changed nothing here makes no table of its own.
     */
    boolean knows(long generation) {
        lock.lock();
        try {
            long position = known.position();
            return routes.generation() >= generation
                    || (known.isCurrent()
                            && RoutingState.generation(known.era(), position) >= generation);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        following.close();
        ended(null);
    }
}
