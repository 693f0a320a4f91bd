package dev.roster.flow;

import dev.roster.Problem;
import dev.roster.RosterException;
import dev.roster.protocol.PathState;
import dev.roster.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Handlers on paths of a store: what is there, what changes, or both without a gap and without
 * telling anything twice. Give it its handlers, then {@link #run} it, once. Safe for use by many
 * threads.
 *
 * <p>A path is a path: {@code /async} is that key and what lies below {@code /async/}, never {@code
 * /async2}. Each path has a thread of its own, and its handlers are called one after the other, in
 * the order in which they were given, for each event in turn. A slow handler loses nothing: what
 * happens meanwhile waits in the store, and if it waits for longer than the store keeps changes,
 * the path is read again and each key's last change is told, and each key that is gone.
 */
public final class Flow implements AutoCloseable {
    private static final AtomicLong COUNT = new AtomicLong();

    private enum Mode {
        LIST,
        WATCH,
        FOLLOW
    }

    private record Registered(Mode mode, FlowHandler handler) {
        boolean wants(PathState.Told told) {
            boolean listed = told instanceof PathState.Told.Listed;
            return mode == Mode.FOLLOW || listed == (mode == Mode.LIST);
        }
    }

    private final Store store;
    private final FlowOptions options;
    private final Map<Path, List<Registered>> paths = new LinkedHashMap<>();
    private final List<PathReader> readers = new CopyOnWriteArrayList<>();
    private final Tally tally = new Tally();
    private final Reports reports = new Reports(tally);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean over;
    private @Nullable CountDownLatch running;

    private Flow(Store store, FlowOptions options) {
        this.store = store;
        this.options = options;
    }

    /** A flow without handlers yet, with {@linkplain FlowOptions#defaults defaults}. */
    public static Flow on(Store store) {
        return on(store, FlowOptions.defaults());
    }

    /** A flow without handlers yet. */
    public static Flow on(Store store, FlowOptions options) {
        return new Flow(store, options);
    }

    /**
     * Tells a handler of each key that is there ({@link FlowEvent.Listed}), in the order of their
     * UTF-8 bytes.
     *
     * @throws dev.roster.InvalidInputException the path is too long, or no text
     */
    public Flow list(String path, FlowHandler handler) {
        return add(path, Mode.LIST, handler);
    }

    /** Tells a handler of each change from the run's begin on, in order. As {@link #list}. */
    public Flow watch(String path, FlowHandler handler) {
        return add(path, Mode.WATCH, handler);
    }

    /**
     * Tells a handler of each key that is there, and then of each change since, none left out and
     * none twice. As {@link #list}.
     */
    public Flow follow(String path, FlowHandler handler) {
        return add(path, Mode.FOLLOW, handler);
    }

    private synchronized Flow add(String path, Mode mode, FlowHandler handler) {
        if (running != null) {
            throw new IllegalStateException(
                    "The flow runs already: give it its handlers before, or make another one.");
        }
        paths.computeIfAbsent(new Path(path), unused -> new ArrayList<>())
                .add(new Registered(mode, handler));
        return this;
    }

    /** Tells a listener of handlers that threw. It is called on the handler's thread. */
    public Flow onProblem(Consumer<Problem> listener) {
        reports.to(listener);
        return this;
    }

    /**
     * Runs the flow. With handlers that only list it returns when all is listed; otherwise when
     * {@link #stop} was called, a handler threw {@link EndOfFlowException}, or the thread was
     * interrupted; in each case after the handlers that run have returned. An outage of the store
     * is waited out; one of 30 seconds ends a path that is only listed.
     *
     * @throws dev.roster.StoreUnavailableException the store did not answer while it was listed
     * @throws RosterException the store was closed, or the flow failed otherwise
     * @throws IllegalStateException it was run before
     * @throws InterruptedException the thread was interrupted; the flow is over
     */
    public void run() throws InterruptedException {
        CountDownLatch ends = start();
        try {
            ends.await();
        } catch (InterruptedException e) {
            stop();
            awaitUninterruptibly(ends);
            throw e;
        }
        Throwable why = failure.get();
        if (why != null) {
            throw why instanceof RosterException known
                    ? known
                    : new RosterException("The flow failed: " + why.getMessage(), why);
        }
    }

    private synchronized CountDownLatch start() {
        if (running != null) {
            throw new IllegalStateException("A flow runs once: make another one.");
        }
        CountDownLatch ends = new CountDownLatch(paths.size());
        running = ends;
        paths.forEach((path, handlers) -> {
            PathReader reader =
                    new PathReader(
                            store,
                            path,
                            options,
                            tally,
                            () -> over,
                            told -> tell(handlers, told),
                            unused -> {});
            readers.add(reader);
            Thread thread =
                    new Thread(
                            () -> run(reader, handlers, ends),
                            "roster-flow-" + COUNT.incrementAndGet());
            thread.setDaemon(true);
            thread.start();
        });
        return ends;
    }

    private void run(PathReader reader, List<Registered> handlers, CountDownLatch ends) {
        try {
            boolean lists = handlers.stream().anyMatch(one -> one.mode() != Mode.WATCH);
            if (handlers.stream().allMatch(one -> one.mode() == Mode.LIST)) {
                reader.list();
            } else {
                reader.follow(lists);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // A closed store throws what it likes when the flow is over anyway.
            if (!over) {
                failure.compareAndSet(null, e);
                stop();
            }
        } finally {
            ends.countDown();
        }
    }

    private void tell(List<Registered> handlers, PathState.Told told) {
        FlowEvent event = Events.of(told);
        boolean counted = false;
        for (Registered one : handlers) {
            if (!one.wants(told)) {
                continue;
            }
            if (!counted) {
                counted = true;
                tally.count(event);
            }
            try {
                one.handler().on(event);
            } catch (EndOfFlowException e) {
                stop();
                return;
            } catch (Exception e) {
                reports.failed(event, e);
            }
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the flow, and does not wait: no event is told after those that are being handled. */
    public void stop() {
        over = true;
        readers.forEach(PathReader::wake);
    }

    /** What it has done so far. */
    public FlowCounts counts() {
        return tally.counts();
    }

    /** As {@link #stop}. */
    @Override
    public void close() {
        stop();
    }
}
