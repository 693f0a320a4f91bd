package dev.roster.sql;

import dev.roster.store.Store;
import dev.roster.testkit.FlowContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteFlowTest extends FlowContract {
    @TempDir private Path folder;

    @Override
    protected Store open() {
        return SqliteStore.open(folder.resolve("store.db"));
    }
}
