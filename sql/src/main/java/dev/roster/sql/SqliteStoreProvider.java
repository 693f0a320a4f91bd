package dev.roster.sql;

import dev.roster.StoreRefusedException;
import dev.roster.store.Store;
import dev.roster.store.StoreProvider;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Opens {@code sqlite:FILE} and {@code sqlite:FILE?synchronous=normal}. */
public final class SqliteStoreProvider implements StoreProvider {
    /** For {@link java.util.ServiceLoader}. */
    public SqliteStoreProvider() {}

    @Override
    public String scheme() {
        return "sqlite";
    }

    @Override
    public Store open(String url) {
        String rest = url.substring(scheme().length() + 1);
        int question = rest.indexOf('?');
        String file = question < 0 ? rest : rest.substring(0, question);
        Synchronous synchronous = Synchronous.FULL;
        if (question >= 0) {
            synchronous =
                    switch (rest.substring(question + 1)) {
                        case "synchronous=full" -> Synchronous.FULL;
                        case "synchronous=normal" -> Synchronous.NORMAL;
                        default ->
                                throw new StoreRefusedException(
                                        "The store URL has the option \"%s\"; SQLite knows synchronous=full and synchronous=normal."
                                                .formatted(rest.substring(question + 1)));
                    };
        }
        if (file.isEmpty() || file.startsWith(":")) {
            throw new StoreRefusedException(
                    "A SQLite store needs a file, such as sqlite:work.db; for one in memory use memory:.");
        }
        try {
            return SqliteStore.open(Path.of(file), synchronous);
        } catch (InvalidPathException e) {
            throw new StoreRefusedException("No file can be called that: " + e.getReason(), e);
        }
    }
}
