package dev.roster.sql;

import dev.roster.store.Store;
import dev.roster.testkit.QueueContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A queue in a SQLite file keeps the contract. */
final class SqliteQueueTest extends QueueContract {
    @TempDir private Path folder = Path.of("");

    @Override
    protected Store open() {
        return SqliteStore.open(folder.resolve("work.db"));
    }
}
