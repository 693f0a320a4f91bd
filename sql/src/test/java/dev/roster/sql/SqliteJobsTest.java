package dev.roster.sql;

import dev.roster.store.Store;
import dev.roster.testkit.JobsContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteJobsTest extends JobsContract {
    @TempDir private Path folder;

    @Override
    protected Store open() {
        return SqliteStore.open(folder.resolve("store.db"));
    }
}
