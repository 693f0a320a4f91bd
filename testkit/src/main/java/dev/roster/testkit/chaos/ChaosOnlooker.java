package dev.roster.testkit.chaos;

import dev.roster.router.Router;
import dev.roster.store.Store;
import dev.roster.testkit.witness.HistoryFile;
import dev.roster.testkit.witness.RecordingStore;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A process that is no member: routes, sends requests, follows a path and writes most of what is
 * below it, and submits most jobs. Ends when its standard input does.
 */
public final class ChaosOnlooker {
    private static final long WRITE_MILLIS = 100;
    private static final long SUBMIT_MILLIS = 250;

    private ChaosOnlooker() {}

    /** Arguments: those of {@link ChildArguments}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        ChildArguments given = ChildArguments.parse(args);
        Leaving leaving = Leaving.begin();
        try (HistoryFile history = new HistoryFile(Path.of(given.history()));
                Store store = given.mistaken(new RecordingStore(given.openStore(), history))) {
            Roles roles = given.roles();
            try (Traffic traffic =
                            new Traffic(
                                    given.process(),
                                    store,
                                    roles,
                                    Patiently.open(
                                            () -> Router.open(store, roles.group(), Roles.SPACE)),
                                    history,
                                    given.careless(),
                                    WRITE_MILLIS);
                    JobTraffic jobs =
                            new JobTraffic(
                                    given.process(),
                                    store,
                                    history,
                                    leaving::isCalm,
                                    SUBMIT_MILLIS)) {
                leaving.await();
            }
        }
        System.exit(0);
    }
}
