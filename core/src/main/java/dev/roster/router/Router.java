package dev.roster.router;

import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.StoreUnavailableException;
import dev.roster.division.Division;
import dev.roster.division.Ownership;
import dev.roster.protocol.Errand;
import dev.roster.protocol.Partitions;
import dev.roster.protocol.Peer;
import dev.roster.protocol.Seat;
import dev.roster.store.Store;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a routing key now: from a local table, without asking anybody. Any process that reaches
 * the store can route, member or not. Safe for use by many threads.
 *
 * <p>A table may be a moment behind: what is true now only the owner knows. So the owner checks
 * each request ({@link #own}) and does its effect under the ownership's fence; who was asked
 * wrongly says so ({@link NotOwnerException}), and {@link #call} asks again.
 */
public final class Router implements AutoCloseable {
    /**
     * After how long without word from the store a table counts as stale, unless said otherwise.
     */
    public static final Duration STALE_AFTER = Duration.ofSeconds(3);

    /** How long a request waits before it asks one again that does not own the key yet. */
    private static final long AGAIN_NANOS = 50_000_000;

    private final @Nullable LiveTable live;
    private final @Nullable Division division;
    private final Routes fixed;
    private final int fixedIndex;

    private Router(
            @Nullable LiveTable live, @Nullable Division division, Routes fixed, int fixedIndex) {
        this.live = live;
        this.division = division;
        this.fixed = fixed;
        this.fixedIndex = fixedIndex;
    }

    /** Routes by the partitions of a key space, from outside, stale after {@link #STALE_AFTER}. */
    public static Router open(Store store, String group, String division) {
        return open(store, group, division, STALE_AFTER);
    }

    /**
     * Routes by the partitions of a key space, from outside: it owns nothing and writes nothing.
     * Reads the store once before it returns, and follows it from then on with a thread of its own.
     * If the division does not exist yet, all keys go nowhere until it does.
     *
     * @param staleAfter after how long without word from the store the table counts as stale; not
     *     below a second, because a quiet store is heard of every half second
     * @throws InvalidInputException a name breaks a limit, or the division is a key list
     * @throws StoreUnavailableException the store does not answer
     */
    public static Router open(Store store, String group, String division, Duration staleAfter) {
        Limits.checkedName("group name", group);
        Limits.checkedName("division name", division);
        return new Router(begun(store, group, division, staleAfter), null, Routes.NONE, -1);
    }

    /**
     * Routes by the partitions of a key space that this process takes part in. As {@link #open},
     * and it can tell, besides, what this process itself owns.
     */
    public static Router of(Division division) {
        LiveTable live =
                begun(
                        division.member().store(),
                        division.member().group(),
                        division.name(),
                        STALE_AFTER);
        return new Router(live, division, Routes.NONE, -1);
    }

    private static LiveTable begun(
            Store store, String group, String division, Duration staleAfter) {
        if (staleAfter.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new InvalidInputException(
                    "A table that is stale after %s: the limit is 1 s or more."
                            .formatted(staleAfter));
        }
        LiveTable live = new LiveTable(store, group, division, staleAfter);
        live.begin();
        return live;
    }

    /**
     * Routes to a fixed number of targets without a store: the prefix and a number, from 0 to one
     * less than the count. Keys are spread over 65,536 slices, and slices by jump consistent
     * hashing: with another count the fewest move. Nobody owns anything: there are no tokens and no
     * changes.
     *
     * @param index which of them this process is
     * @param count how many there are, 1 to 1024
     * @throws InvalidInputException the count is out of range, or the index is not below it
     */
    public static Router fixed(String prefix, int index, int count) {
        return new Router(null, null, FixedTargets.routes(prefix, index, count), index);
    }

    /** Where a key goes now. Never waits, allocates nothing. */
    public Route route(String key) {
        return routes().route(key);
    }

    /** Where a key goes whose {@linkplain Routes#hash hash} is known. */
    public Route route(long hashed) {
        return routes().route(hashed);
    }

    /** The whole table, as it is now. */
    public Routes routes() {
        LiveTable table = live;
        return table == null ? fixed : table.routes();
    }

    /** How far the table can be trusted now; of fixed targets always active. */
    public RouterState state() {
        LiveTable table = live;
        return table == null ? RouterState.ACTIVE : table.state();
    }

    /** How long ago the store was heard of last; zero with fixed targets. */
    public Duration age() {
        LiveTable table = live;
        return table == null ? Duration.ZERO : table.age();
    }

    /**
     * Whether a key goes to this process, by the table: of a member the one that takes part, of
     * fixed targets the one with this index.
     */
    public boolean isMine(String key) {
        if (live == null) {
            Route route = fixed.route(key);
            return route.owner().map(Target::slot).orElseThrow().getAsInt() == fixedIndex;
        }
        Division mine = division;
        return mine != null
                && route(key)
                        .owner()
                        .map(Target::incarnation)
                        .filter(mine.member().incarnation()::equals)
                        .isPresent();
    }

    /**
     * This process's ownership of the key's partition, to do an effect under. What the process
     * holds decides, not the table.
     *
     * @throws NotOwnerException it holds none that is valid: nothing was done
     * @throws IllegalStateException the router was opened from outside
     */
    public Ownership own(String key) {
        Division mine = division;
        if (mine == null) {
            throw new IllegalStateException(
                    "This router owns nothing: make it by Router.of(division).");
        }
        Routes now = routes();
        if (now.partitions() > 0) {
            int partition = now.hash().partition(key, now.partitions());
            Optional<Ownership> held = mine.held(Partitions.key(partition, now.partitions()));
            if (held.isPresent() && held.get().isValid()) {
                return held.get();
            }
        }
        throw new NotOwnerException(key, now.generation());
    }

    /**
     * Sends a request to the owner of its key: waits while nobody owns it, and asks again when the
     * one that was asked says that it does not, at most three times in all. Whatever else goes
     * wrong is passed on and not tried again, because then the request may have been carried out.
     *
     * @param atMost how long to look for an owner, without the time that the calls take
     * @throws NoOwnerException none was found: nothing was done
     * @throws Exception what the call threw
     */
    public <T> T call(String key, Duration atMost, RoutedCall<T> call) throws Exception {
        Errand errand = new Errand();
        long left = atMost.toNanos();
        boolean waited = false;
        while (true) {
            Routes now = routes();
            Route route = now.route(key);
            Errand.Step step = errand.next(seat(route), reached(now, errand), waited);
            long begin = System.nanoTime();
            waited = false;
            switch (step) {
                case Errand.Step.Send send -> {
                    try {
                        return call.send(route, route.owner().orElseThrow());
                    } catch (NotOwnerException e) {
                        errand.notOwner(e.generation());
                        continue;
                    }
                }
                case Errand.Step.Refresh refresh -> refreshOrWait(now, Math.min(left, AGAIN_NANOS));
                case Errand.Step.Await await -> {
                    waited = true;
                    awaitOther(now, Math.min(left, AGAIN_NANOS));
                }
                case Errand.Step.GiveUp giveUp ->
                        throw new NoOwnerException(
                                "The key \"%s\" was sent to %d owners in turn, and none of them is: the last table has %s."
                                        .formatted(key, errand.hops(), route));
            }
            left -= System.nanoTime() - begin;
            if (left <= 0) {
                throw new NoOwnerException(
                        "Nobody was found within %s who owns the key \"%s\": the last table has %s and is %s."
                                .formatted(atMost, key, route, state()));
            }
        }
    }

    /** A table that knows as much as the errand asks for is as good as one of that generation. */
    private long reached(Routes now, Errand errand) {
        LiveTable table = live;
        long wanted = errand.wanted();
        return table != null && table.knows(wanted)
                ? Math.max(wanted, now.generation())
                : now.generation();
    }

    private static @Nullable Seat seat(Route route) {
        return route.owner()
                .map(one -> new Seat(new Peer(one.incarnation(), "", "", -1), route.token()))
                .orElse(null);
    }

    private void refreshOrWait(Routes now, long atMostNanos) throws InterruptedException {
        try {
            refresh();
        } catch (StoreUnavailableException e) {
            awaitOther(now, atMostNanos);
        }
    }

    private void awaitOther(Routes now, long atMostNanos) throws InterruptedException {
        LiveTable table = live;
        if (table == null) {
            Thread.sleep(Duration.ofNanos(atMostNanos));
        } else if (!table.awaitOther(now.generation(), atMostNanos)
                && state() == RouterState.CLOSED) {
            Thread.sleep(Duration.ofNanos(atMostNanos));
        }
    }

    /**
     * Reads the store now, instead of waiting to be told.
     *
     * @throws StoreUnavailableException the store does not answer; the table stays
     */
    public void refresh() {
        LiveTable table = live;
        if (table != null) {
            table.refresh();
        }
    }

    /**
     * The changes of the table, in order and without a gap, for one reader, beginning with all that
     * is there. Close it when it is not read any more. With fixed targets there are none.
     */
    public RouteChanges changes() {
        LiveTable table = live;
        if (table != null) {
            return table.changes();
        }
        RouteChanges none = new RouteChanges(unused -> {});
        none.end();
        return none;
    }

    /**
     * Calls back for each of the {@linkplain #changes changes}, on a virtual thread of its own. A
     * callback that throws is called for the next change all the same; its exception goes to the
     * thread's handler.
     *
     * @return ends it when closed
     */
    public RouteChanges listen(Consumer<RoutesChanged> listener) {
        RouteChanges changes = changes();
        Thread.ofVirtual().name("roster-routes").start(() -> tell(changes, listener));
        return changes;
    }

    private static void tell(Iterator<RoutesChanged> changes, Consumer<RoutesChanged> listener) {
        while (changes.hasNext()) {
            try {
                listener.accept(changes.next());
            } catch (RuntimeException e) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }

    /**
     * The {@linkplain #changes changes} as a publisher: each subscriber gets all of them, at its
     * own pace. It completes when the router is closed.
     */
    public Flow.Publisher<RoutesChanged> publisher() {
        return new RoutePublisher(this);
    }

    /**
     * Calls back whenever the state may have changed, on the router's own thread: return at once.
     */
    public void onState(Consumer<RouterState> listener) {
        LiveTable table = live;
        if (table != null) {
            table.onState(() -> listener.accept(table.state()));
        }
    }

    /** Who can own partitions. */
    public List<Target> targets() {
        return routes().targets();
    }

    /** Ends it; the last table stays. */
    @Override
    public void close() {
        LiveTable table = live;
        if (table != null) {
            table.close();
        }
    }
}
