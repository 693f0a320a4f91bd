package dev.roster.sql;

import dev.roster.store.Store;
import dev.roster.testkit.RoutingContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteRoutingTest extends RoutingContract {
    @TempDir private Path folder;

    @Override
    protected Store open() {
        return SqliteStore.open(folder.resolve("store.db"));
    }
}
