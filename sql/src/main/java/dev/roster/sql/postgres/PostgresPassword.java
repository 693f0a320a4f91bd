package dev.roster.sql.postgres;

import dev.roster.StoreRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the password comes from: the URL, a file that is read again for each connection, so that it
 * can be changed while the program runs, or {@code PGPASSWORD}; else the driver looks into {@code
 * ~/.pgpass}. Its text is nowhere but in {@link #now()}.
 */
final class PostgresPassword {
    private final @Nullable String fixed;
    private final @Nullable Path file;

    private PostgresPassword(@Nullable String fixed, @Nullable Path file) {
        this.fixed = fixed;
        this.file = file;
    }

    static PostgresPassword of(@Nullable String fixed, @Nullable String file) {
        if (file == null) {
            String environment = PostgresUrl.environment("PGPASSWORD");
            return new PostgresPassword(
                    fixed == null && !environment.isEmpty() ? environment : fixed, null);
        }
        if (fixed != null) {
            throw new StoreRefusedException(
                    "The store URL has a password and a passwordFile: leave one out.");
        }
        try {
            PostgresPassword password = new PostgresPassword(null, Path.of(file));
            password.now();
            return password;
        } catch (InvalidPathException | IOException e) {
            throw new StoreRefusedException(
                    "The passwordFile of the store URL cannot be read (%s): name a file that this process may read."
                            .formatted(e.getClass().getSimpleName()));
        }
    }

    /** The password as it is now, null for none. */
    @Nullable String now() throws IOException {
        Path from = file;
        return from == null ? fixed : Files.readString(from).strip();
    }

    @Override
    public String toString() {
        return "***";
    }
}
