package dev.roster.sql;

import dev.roster.store.Store;
import dev.roster.testkit.StoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The SQLite store keeps the contract. */
final class SqliteStoreTest extends StoreContract {
    @TempDir private Path folder;

    @Override
    protected Store open() {
        return SqliteStore.open(folder.resolve("work.db"));
    }
}
