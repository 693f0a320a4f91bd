package dev.roster.sql;

import dev.roster.store.Store;
import dev.roster.testkit.RecurringContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteRecurringTest extends RecurringContract {
    @TempDir private Path folder;

    @Override
    protected Store open() {
        return SqliteStore.open(folder.resolve("store.db"));
    }
}
