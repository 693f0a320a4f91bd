package dev.roster.sql;

import dev.roster.store.Store;
import dev.roster.testkit.ValuesContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteValuesTest extends ValuesContract {
    @TempDir private Path folder;

    @Override
    protected Store open() {
        return SqliteStore.open(folder.resolve("store.db"));
    }
}
