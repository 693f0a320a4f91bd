package dev.roster.sql;

import dev.roster.store.Store;
import dev.roster.testkit.JobsGroupContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteJobsGroupTest extends JobsGroupContract {
    @TempDir private Path folder;

    @Override
    protected Store open() {
        return SqliteStore.open(folder.resolve("store.db"));
    }
}
