package dev.roster.flow;

import dev.roster.Entry;
import dev.roster.Problem;
import dev.roster.division.Division;
import dev.roster.division.DivisionListener;
import dev.roster.division.Ownership;
import dev.roster.division.StopReason;
import dev.roster.group.GroupListener;
import dev.roster.protocol.OwnerRecord;
import dev.roster.protocol.PathState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A flow that is divided among a group: each key below the path belongs to a partition of a key
 * space, and the handler of the member that owns the partition is told of it. Safe for use by many
 * threads.
 *
 * <p>A new owner is told of every key that is there ({@link FlowEvent.Listed}), and of each change
 * since, in the order of the commits; that begins after the former owner has given the partition
 * up, confirmed, or was evicted. What was waiting to be told to the former owner is told to the new
 * one as what is there, so a key that was deleted just then is told to nobody. The listing is of a
 * revision after the change of owner: no key is ever told in a state older than one that was told
 * before.
 *
 * <p>Partitions are handled at the same time, each on a virtual thread, its events one by one. Each
 * member follows the whole path and keeps it in memory, keys and values, to be ready to take over.
 * When {@value #WAITING} events wait for handlers, it follows no further until some are done.
 */
public final class DividedFlow implements AutoCloseable {
    /** How many events wait for handlers before the flow waits for them. */
    public static final int WAITING = 10_000;

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(60);

    private final Division division;
    private final Path path;
    private final UnaryOperator<String> routingKey;
    private final DividedHandler handler;
    private final Tally tally = new Tally();
    private final Reports reports = new Reports(tally);
    private final PathReader reader;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition room = lock.newCondition();

    /** What is there and was told to the owners, by partition. */
    private final Map<String, TreeMap<String, Entry>> there = new HashMap<>();

    private final Map<String, OwnedPart> owned = new HashMap<>();

    /** Owned, and not told of yet: what is known is of before the change of owner. */
    private final List<OwnedPart> toBegin = new ArrayList<>();

    private int waiting;
    private long told = -1;
    private boolean started;
    private volatile boolean over;

    private DividedFlow(
            Division division,
            String path,
            UnaryOperator<String> routingKey,
            DividedHandler handler) {
        this.division = division;
        this.path = new Path(path);
        this.routingKey = routingKey;
        this.handler = handler;
        this.reader =
                new PathReader(
                        division.member().store(),
                        this.path,
                        FlowOptions.defaults().withPrevious(true),
                        tally,
                        () -> over,
                        this::take,
                        this::toldUpTo);
    }

    /** Divides by the whole key. As the other one. */
    public static DividedFlow of(Division division, String path, DividedHandler handler) {
        return of(division, path, UnaryOperator.identity(), handler);
    }

    /**
     * A flow that is divided by a key space; {@link #start} begins it.
     *
     * @param division a key space that has not been started; the flow starts it
     * @param routingKey makes of a key what it is placed by; keys with the same are told to the
     *     same member, in order. The same in all members, and always the same
     * @throws dev.roster.InvalidInputException the path breaks a limit
     */
    public static DividedFlow of(
            Division division,
            String path,
            UnaryOperator<String> routingKey,
            DividedHandler handler) {
        if (division.partitions() == 0) {
            throw new IllegalArgumentException(
                    "A flow is divided by a key space: make one by Division.space.");
        }
        return new DividedFlow(division, path, routingKey, handler);
    }

    /** Tells a listener of handlers that threw. It is called on the handler's thread. */
    public DividedFlow onProblem(Consumer<Problem> listener) {
        reports.to(listener);
        return this;
    }

    /**
     * Begins to follow the path and to take partitions. Returns when the member takes part.
     *
     * @throws IllegalStateException it was started before
     * @throws dev.roster.JoinRefusedException the division has other settings
     * @throws dev.roster.StoreUnavailableException taking part took too long; it goes on trying
     */
    public DividedFlow start() {
        lock.lock();
        try {
            if (started) {
                throw new IllegalStateException("The flow was started already.");
            }
            started = true;
        } finally {
            lock.unlock();
        }
        division.member()
                .listen(
                        new GroupListener() {
                            @Override
                            public void left() {
                                end();
                            }
                        });
        Thread thread = new Thread(this::follow, "roster-flow-" + division.name());
        thread.setDaemon(true);
        thread.start();
        division.listen(new Parts());
        return this;
    }

    private void follow() {
        try {
            reader.follow(true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!over) {
                // Nothing can be told any more, so nothing is kept.
                division.member().cancel();
                if (!(e instanceof IllegalStateException)) { // which a closed store throws
                    Thread thread = Thread.currentThread();
                    thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
                }
            }
        }
    }

    // What the store tells, on the reader's thread.

    private void take(PathState.Told one) {
        FlowEvent event = Events.of(one);
        String partition = division.partitionOf(routingKey.apply(event.key()));
        lock.lock();
        try {
            while (waiting >= WAITING && !over) {
                room.await();
            }
            TreeMap<String, Entry> entries =
                    there.computeIfAbsent(partition, unused -> new TreeMap<>());
            Entry now = entry(event);
            if (now == null) {
                entries.remove(event.key());
            } else {
                entries.put(event.key(), now);
            }
            OwnedPart part = owned.get(partition);
            if (part != null) {
                add(part, event);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over = true;
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Entry entry(FlowEvent event) {
        return switch (event) {
            case FlowEvent.Listed one -> one.entry();
            case FlowEvent.Created one -> one.entry();
            case FlowEvent.Updated one -> one.entry();
            case FlowEvent.Deleted one -> null;
        };
    }

    private void add(OwnedPart part, FlowEvent event) {
        part.waiting.add(event);
        waiting++;
        work.signalAll();
    }

    private void toldUpTo(long revision) {
        lock.lock();
        try {
            told = revision;
            List<OwnedPart> all = List.copyOf(toBegin);
            toBegin.clear();
            all.forEach(this::beginWhenKnown);
        } finally {
            lock.unlock();
        }
    }

    /** Tells the new owner of what is there, if that is of after the change of owner. */
    private void beginWhenKnown(OwnedPart part) {
        if (told < OwnerRecord.revisionOf(part.ownership.token())) {
            toBegin.add(part);
            reader.readNow();
            return;
        }
        String partition = part.ownership.key();
        owned.put(partition, part);
        for (Entry entry : there.getOrDefault(partition, new TreeMap<>()).values()) {
            add(part, new FlowEvent.Listed(entry));
        }
        part.thread =
                Thread.ofVirtual()
                        .name("roster-flow-" + division.name() + "-" + partition)
                        .start(() -> handle(part));
    }

    // What the handlers are told, each partition on a thread of its own.

    private void handle(OwnedPart part) {
        try {
            FlowEvent event = next(part);
            while (event != null) {
                tally.count(event);
                call(event, part);
                event = next(part);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            part.ended.countDown();
        }
    }

    private void call(FlowEvent event, OwnedPart part) {
        try {
            handler.on(event, part.ownership);
        } catch (EndOfFlowException e) {
            lock.lock();
            try {
                end(part);
            } finally {
                lock.unlock();
            }
            Thread.ofVirtual().name("roster-flow-end").start(this::close);
        } catch (Exception e) {
            reports.failed(event, e);
        }
    }

    /** The next event; null when there will be none. */
    private @Nullable FlowEvent next(OwnedPart part) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!part.isOver && part.waiting.isEmpty()) {
                work.await();
            }
            if (part.isOver) {
                return null;
            }
            waiting--;
            room.signalAll();
            return part.waiting.removeFirst();
        } finally {
            lock.unlock();
        }
    }

    private void end(OwnedPart part) {
        part.isOver = true;
        waiting -= part.waiting.size();
        part.waiting.clear();
        room.signalAll();
        work.signalAll();
    }

    /** Told what to begin and to stop. */
    private final class Parts implements DivisionListener {
        private final Map<Ownership, OwnedPart> parts = new HashMap<>();

        @Override
        public void start(Ownership ownership) {
            lock.lock();
            try {
                OwnedPart part = new OwnedPart(ownership);
                parts.put(ownership, part);
                beginWhenKnown(part);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void stop(Ownership ownership, StopReason reason) throws InterruptedException {
            OwnedPart part;
            Thread thread;
            lock.lock();
            try {
                part = parts.get(ownership);
                if (part == null) {
                    return;
                }
                owned.remove(ownership.key(), part);
                toBegin.remove(part);
                end(part);
                thread = part.thread;
            } finally {
                lock.unlock();
            }
            if (thread != null) {
                if (reason == StopReason.LOST) {
                    thread.interrupt();
                }
                // The next owner is told of nothing before this one has done with it.
                part.ended.await();
            }
            lock.lock();
            try {
                parts.remove(ownership);
            } finally {
                lock.unlock();
            }
            division.confirm(ownership);
        }
    }

    /** What it has done so far. */
    public FlowCounts counts() {
        return tally.counts();
    }

    /**
     * Gives everything up, confirmed, within a minute, and ends. The member stays in its group, and
     * takes no more of this division. The flow ends with its member, too.
     *
     * @throws dev.roster.StoreUnavailableException that took longer
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (over) {
                return;
            }
        } finally {
            lock.unlock();
        }
        try {
            division.flush(CLOSE_WITHIN);
        } finally {
            end();
        }
    }

    private void end() {
        over = true;
        reader.wake();
        lock.lock();
        try {
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
