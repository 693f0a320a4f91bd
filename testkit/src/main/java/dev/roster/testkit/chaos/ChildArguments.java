package dev.roster.testkit.chaos;

import dev.roster.store.Store;
import dev.roster.testkit.witness.RecordingStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a process of a run is told on its command line.
 *
 * @param url the store's
 * @param name a member's, the onlooker's
 * @param group the group's
 * @param leaseMillis the group's lease
 * @param refereePort where the referee listens
 * @param history the process's history file
 * @param careless the mistake that it makes
 */
record ChildArguments(
        String url,
        String name,
        String group,
        long leaseMillis,
        int refereePort,
        String history,
        Carelessness careless) {
    List<String> toList() {
        return List.of(
                url,
                name,
                group,
                Long.toString(leaseMillis),
                Integer.toString(refereePort),
                history,
                careless.name());
    }

    static ChildArguments parse(String[] args) {
        return new ChildArguments(
                args[0],
                args[1],
                args[2],
                Long.parseLong(args[3]),
                Integer.parseInt(args[4]),
                args[5],
                Carelessness.valueOf(args[6]));
    }

    Roles roles() {
        return new Roles(group, Duration.ofMillis(leaseMillis));
    }

    /** What the history calls this process: the next one of its name is another. */
    String process() {
        return process(Path.of(history));
    }

    static String process(Path history) {
        return history.getFileName().toString().replace(".jsonl", "");
    }

    /** The store, or one that makes the mistake. */
    Store openStore() throws InterruptedException {
        Store store = Patiently.open(() -> Store.open(url));
        return switch (careless) {
            case COMMITS -> new CarelessStore(store);
            case JOBS -> CarelessJobs.unfenced(store);
            case NONE, ROUTES -> store;
        };
    }

    /** The store that writes down what is done, or one that makes a mistake with it. */
    Store mistaken(RecordingStore store) {
        return careless == Carelessness.JOBS ? CarelessJobs.late(store) : store;
    }
}
