package dev.roster.testkit.simulation;

import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Entry;
import dev.roster.StoreIdentity;
import dev.roster.protocol.Errand;
import dev.roster.protocol.Partitions;
import dev.roster.protocol.PathState;
import dev.roster.protocol.RoutingState;
import dev.roster.protocol.RoutingStep;
import dev.roster.protocol.Seat;
import dev.roster.store.Range;
import dev.roster.store.Snapshot;
import dev.roster.store.Utf8Order;
import dev.roster.testkit.check.Observation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A process outside the group: it routes, follows all records as a flow, and sends requests. It
 * writes nothing to the store and draws from dice of its own, so that the group goes the same way
 * with it as without.
 */
final class Onlooker {
    private static final String NAME = "onlooker";
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE_NANOS = 5_000 * MILLI;

    private final Simulation simulation;
    private final Dice dice;
    private final int partitions;
    private final RoutingState routes = new RoutingState(Simulation.GROUP, Population.SPACE);
    private final PathState path;
    private final Set<String> done = new HashSet<>();
    private long cutUntil;
    private int requests;

    Onlooker(Simulation simulation, Dice dice) {
        this.simulation = simulation;
        this.dice = dice;
        this.partitions = simulation.scenario.partitions();
        String prefix = simulation.store.layout().prefix();
        this.path =
                new PathState(
                        Utf8Order.COMPARATOR, key -> key.startsWith(prefix), dice.chance(0.5));
    }

    void begin() {
        if (simulation.isFollowed()) {
            readPage(all(), null);
        }
        if (partitions > 0) {
            readRoutes();
            after(dice.around(1000 * MILLI), this::request);
        }
    }

    private Range all() {
        return Range.prefix(simulation.store.layout().prefix());
    }

    private void after(long nanos, Runnable action) {
        simulation.schedule.aside(nanos, dice.random().nextInt(), action);
    }

    private long delay() {
        return dice.between(100_000, simulation.scenario.latencyNanos());
    }

    private long lag() {
        boolean late = simulation.network.isTroubled && dice.chance(0.02);
        return late ? dice.around(1000 * MILLI) : dice.between(0, 200 * MILLI);
    }

    /** Whether the store cannot be reached now. */
    private boolean isCut() {
        if (simulation.network.isTroubled && dice.chance(0.01)) {
            cutUntil = simulation.now() + dice.around(2000 * MILLI);
        }
        return simulation.store.isDown
                || (simulation.network.isTroubled && simulation.now() < cutUntil);
    }

    /** Whether a watch says that changes were missed. */
    private boolean misses() {
        return simulation.network.isTroubled && dice.chance(0.02);
    }

    // The router.

    private void readRoutes() {
        if (isCut()) {
            after(100 * MILLI, this::readRoutes);
            return;
        }
        Snapshot snapshot = simulation.store.readGroup();
        after(
                delay(),
                () -> {
                    RoutingStep step =
                            routes.read(
                                    snapshot.entries(), snapshot.revision(), snapshot.identity());
                    if (step != null) {
                        tell(step);
                    }
                    after(lag(), () -> followRoutes(snapshot));
                });
    }

    private void followRoutes(Snapshot from) {
        if (isCut()) {
            after(100 * MILLI, () -> followRoutes(from));
            return;
        }
        var model = simulation.store.model();
        var changes =
                misses() || !model.identity().equals(from.identity())
                        ? null
                        : model.changesAfter(simulation.store.range(false), routes.position());
        if (changes == null) {
            readRoutes();
            return;
        }
        long revision = model.revision();
        after(
                delay(),
                () -> {
                    routes.change(changes, revision).forEach(this::tell);
                    after(lag(), () -> followRoutes(from));
                });
    }

    private void tell(RoutingStep step) {
        for (RoutingStep.Move move : step.moves()) {
            Seat to = move.to();
            simulation.observe(
                    new Observation.Routed(
                            simulation.now(),
                            NAME,
                            Population.SPACE,
                            Partitions.key(move.partition(), partitions),
                            to == null ? "" : to.peer().incarnation(),
                            to == null ? 0 : to.token(),
                            step.generation()));
        }
    }

    // The flow.

    private void readPage(Range rest, @Nullable StoreIdentity begun) {
        if (isCut()) {
            after(100 * MILLI, () -> readPage(rest, begun));
            return;
        }
        int size = dice.between(5, 60);
        Snapshot page = simulation.store.model().read(rest.limit(size));
        after(
                delay(),
                () -> {
                    if (begun != null && !begun.equals(page.identity())) {
                        path.abandon();
                        readPage(all(), null);
                        return;
                    }
                    List<Entry> entries = page.entries();
                    String upTo = entries.size() < size ? null : entries.getLast().key();
                    tell(path.page(entries, page.revision(), upTo, page.identity()), page);
                    if (upTo == null) {
                        // What later pages had and earlier ones had not is known after the watch.
                        after(lag(), () -> follow(page));
                    } else {
                        after(delay(), () -> readPage(rest.after(upTo), page.identity()));
                    }
                });
    }

    private void follow(Snapshot from) {
        if (isCut()) {
            after(100 * MILLI, () -> follow(from));
            return;
        }
        var model = simulation.store.model();
        var changes =
                misses() || !model.identity().equals(from.identity())
                        ? null
                        : model.changesAfter(simulation.store.range(false), path.position());
        if (changes == null) {
            simulation.tally.count(Sometimes.FLOW_READ_AGAIN);
            readPage(all(), null);
            return;
        }
        long revision = model.revision();
        after(
                delay(),
                () -> {
                    tell(path.change(changes, revision), from);
                    simulation.observe(
                            new Observation.ToldUpTo(
                                    simulation.now(), NAME, from.identity().id(), revision));
                    after(lag(), () -> follow(from));
                });
    }

    private void tell(List<PathState.Told> all, Snapshot from) {
        for (PathState.Told one : all) {
            switch (one) {
                case PathState.Told.Listed listed -> told(listed.entry(), from);
                case PathState.Told.Created created -> told(created.entry(), from);
                case PathState.Told.Updated updated -> told(updated.entry(), from);
                case PathState.Told.Deleted deleted ->
                        told(deleted.key(), deleted.revision(), true, from);
            }
        }
    }

    private void told(Entry entry, Snapshot from) {
        told(entry.key(), entry.modified(), false, from);
    }

    private void told(String key, long revision, boolean gone, Snapshot from) {
        simulation.observe(
                new Observation.EntryTold(
                        simulation.now(), NAME, from.identity().id(), key, revision, gone));
    }

    // Requests.

    private void request() {
        requests++;
        String id = "request-" + requests;
        int partition = dice.between(0, partitions - 1);
        next(new Errand(), id, partition, false, simulation.now() + PATIENCE_NANOS);
        after(dice.around(800 * MILLI), this::request);
    }

    private void next(Errand errand, String id, int partition, boolean waited, long until) {
        if (simulation.now() > until) {
            return;
        }
        @Nullable Seat[] seats = routes.seats();
        Seat owner = partition < seats.length ? seats[partition] : null;
        switch (errand.next(owner, routes.generation(), waited)) {
            case Errand.Step.Send send -> send(errand, id, partition, send.to(), until);
            case Errand.Step.Refresh refresh ->
                    // A reading would do; its table comes soon enough by itself here.
                    after(50 * MILLI, () -> next(errand, id, partition, false, until));
            case Errand.Step.Await await ->
                    after(50 * MILLI, () -> next(errand, id, partition, true, until));
            case Errand.Step.GiveUp giveUp -> {}
        }
    }

    private void send(Errand errand, String id, int partition, Seat to, long until) {
        String key = Partitions.key(partition, partitions);
        simulation.observe(
                new Observation.RequestSent(
                        simulation.now(), id, Population.SPACE, key, to.peer().incarnation()));
        // It may arrive twice.
        int copies = simulation.network.isTroubled && dice.chance(0.1) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            boolean answers = copy == 0;
            after(delay(), () -> arrive(errand, id, partition, to, until, answers));
        }
    }

    private void arrive(
            Errand errand, String id, int partition, Seat to, long until, boolean answers) {
        SimulatedProcess process = simulation.population.byIncarnation(to.peer().incarnation());
        if (process == null) {
            return; // Nobody answers: whether it was done the caller does not know.
        }
        process.act(() -> {
            WorkRun run = process.runOn(Population.SPACE, Partitions.key(partition, partitions));
            if (run == null || !process.guardSaysYes()) {
                simulation.tally.count(Sometimes.REQUEST_NOT_OWNED);
                if (answers) {
                    refused(errand, id, partition, until);
                }
                return;
            }
            after(delay(), () -> effect(errand, id, partition, run, until, answers));
        });
    }

    private void refused(Errand errand, String id, int partition, long until) {
        errand.notOwner(0);
        after(delay(), () -> next(errand, id, partition, false, until));
    }

    /** The effect is checked as a commit is, and leaves no trace in the store. */
    private void effect(
            Errand errand, String id, int partition, WorkRun run, long until, boolean answers) {
        if (simulation.store.isDown) {
            return;
        }
        CommitResult result =
                simulation
                        .store
                        .model()
                        .commit(
                                new Commit(
                                        run.proof().store(), run.proof().conditions(), List.of()));
        if (!(result instanceof CommitResult.Applied)) {
            simulation.tally.count(Sometimes.REQUEST_FENCED);
            if (answers) {
                refused(errand, id, partition, until);
            }
        } else if (done.add(id)) {
            simulation.tally.count(Sometimes.REQUEST_DONE);
            simulation.observe(
                    new Observation.RequestDone(
                            simulation.now(),
                            id,
                            run.member(),
                            Population.SPACE,
                            run.key(),
                            run.token()));
        }
    }
}
