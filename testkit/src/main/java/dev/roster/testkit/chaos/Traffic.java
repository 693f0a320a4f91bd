package dev.roster.testkit.chaos;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.StoreUnavailableException;
import dev.roster.flow.EndOfFlowException;
import dev.roster.flow.Flow;
import dev.roster.flow.FlowEvent;
import dev.roster.flow.FlowOptions;
import dev.roster.protocol.Partitions;
import dev.roster.router.RouteChanges;
import dev.roster.router.Router;
import dev.roster.router.RoutesChanged;
import dev.roster.router.Target;
import dev.roster.store.Store;
import dev.roster.testkit.check.Observation;
import dev.roster.testkit.witness.FlowWitness;
import dev.roster.testkit.witness.HistoryFile;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a process does with what others own and write: writes down each table that its router has,
 * sends requests, follows a path, and writes below it.
 */
final class Traffic implements AutoCloseable {
    private static final int WATCHED_KEYS = 30;

    /** Small, so that a reading of the path has several. */
    private static final int PAGE = 7;

    /** The mistake: one in so many is passed over. */
    private static final int PASSED_OVER = 10;

    private final String process;
    private final Store store;
    private final Roles roles;
    private final Router router;
    private final HistoryFile history;
    private final boolean careless;
    private final RouteChanges changes;
    private final Flow flow;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closing;

    /**
     * Begins it all.
     *
     * @param process what the history calls the process, the same for no other
     * @param writeMillis how long between two writings, on average
     */
    Traffic(
            String process,
            Store store,
            Roles roles,
            Router router,
            HistoryFile history,
            Carelessness carelessness,
            long writeMillis) {
        this.process = process;
        this.store = store;
        this.roles = roles;
        this.router = router;
        this.history = history;
        this.careless = carelessness == Carelessness.ROUTES;
        this.changes = router.changes();
        FlowWitness witness = new FlowWitness(store, history, process);
        this.flow =
                Flow.on(witness.store(), FlowOptions.defaults().withPageSize(PAGE))
                        .follow(roles.keys().watched(), event -> tell(witness, event));
        start("tables", this::writeTables);
        start("flow", flow::run);
        start("requests", new Requests(process, router, history, careless)::send);
        start("writer", () -> write(writeMillis));
    }

    private interface Task {
        void run() throws InterruptedException;
    }

    /** None of them may end before the process leaves. */
    private void start(String name, Task task) {
        threads.add(
                Thread.ofPlatform()
                        .daemon()
                        .name(name)
                        .start(() -> {
                            try {
                                task.run();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            } catch (RuntimeException e) {
                                if (!closing) {
                                    e.printStackTrace();
                                }
                            }
                            if (!closing) {
                                System.err.println(name + " ended");
                                Runtime.getRuntime().halt(4);
                            }
                        }));
    }

    private void writeTables() {
        int seen = 0;
        while (changes.hasNext()) {
            RoutesChanged changed = changes.next();
            seen++;
            if (careless && seen % PASSED_OVER != 1) {
                continue;
            }
            for (RoutesChanged.Move move : changed.moves()) {
                history.write(
                        new Observation.Routed(
                                System.nanoTime(),
                                process,
                                Roles.SPACE,
                                Partitions.key(move.partition(), Roles.PARTITIONS),
                                move.to().map(Target::incarnation).orElse(""),
                                move.token(),
                                changed.generation()));
            }
        }
    }

    private void tell(FlowWitness witness, FlowEvent event) throws EndOfFlowException {
        if (!careless || event.revision() % PASSED_OVER != 1) {
            witness.on(event);
        }
    }

    private void write(long everyMillis) throws InterruptedException {
        SplittableRandom random = new SplittableRandom();
        for (long number = 1; ; number++) {
            Thread.sleep(random.nextLong(everyMillis / 2, everyMillis * 3 / 2));
            String key = roles.keys().watched() + "/" + random.nextInt(WATCHED_KEYS);
            Operation operation =
                    random.nextInt(4) == 0
                            ? new Operation.Delete(key)
                            : new Operation.Put(key, Bytes.utf8(process + " " + number));
            try {
                // For the store that it is now, so that the history says of which life it was.
                CommitResult unused =
                        store.commit(new Commit(store.identity(), List.of(), List.of(operation)));
            } catch (StoreUnavailableException e) {
                // The next one, then.
            }
        }
    }

    /** Ends it; what is told after that is not written down. */
    @Override
    public void close() {
        closing = true;
        flow.close();
        changes.close();
        router.close();
        threads.forEach(Thread::interrupt);
        history.write(new Observation.RouterGone(System.nanoTime(), process));
    }
}
