package dev.roster.sql;

import dev.roster.store.Queue;
import dev.roster.store.Store;
import dev.roster.testkit.QueueContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;

/** The general queue keeps the contract on SQLite. */
final class GeneralSqliteQueueTest extends QueueContract {
    @TempDir private Path folder;

    @Override
    protected Store open() {
        return SqliteStore.open(folder.resolve("store.db"));
    }

    @Override
    protected Queue queue(Store of, String name) {
        return Queue.over(of, name, InstantSource.system());
    }
}
