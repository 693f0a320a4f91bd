package dev.roster.sql;

import dev.roster.store.Store;
import dev.roster.testkit.DividedFlowContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteDividedFlowTest extends DividedFlowContract {
    @TempDir private Path folder;

    @Override
    protected Store open() {
        return SqliteStore.open(folder.resolve("store.db"));
    }
}
