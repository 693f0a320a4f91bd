package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.Wire;
import dev.roster.testkit.server.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A SQLite file: no server, no network; but somebody may lock it, fill its disk or put it back. */
final class SqliteGround implements Ground {
    private static final String DISK_SIZE = "16m";

    private final Path folder;
    private final Path file;
    private final boolean ownDisk;
    private final Map<Fault, String> leftOut = new EnumMap<>(Fault.class);
    private @Nullable Connection lock;

    /** In a folder of its own, on a small disk of its own if that can be had. */
    SqliteGround(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ownDisk =
                run("mount", "-t", "tmpfs", "-o", "size=" + DISK_SIZE, "tmpfs", folder.toString());
        file = folder.resolve("chaos.db");
        leftOut.putAll(StoreKind.SQLITE.leftOut());
        if (!ownDisk) {
            leftOut.put(Fault.STORE_FULL, "a small disk can be mounted by root only");
        }
    }

    private static boolean run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public String name() {
        return "SQLite";
    }

    @Override
    public String url() {
        return "sqlite:" + file;
    }

    @Override
    public String url(List<InetSocketAddress> through) {
        throw new UnsupportedOperationException("There is no way to a file that could be cut.");
    }

    @Override
    public List<InetSocketAddress> addresses() {
        return List.of();
    }

    @Override
    public Wire wire() {
        return Wire.OTHER;
    }

    @Override
    public Optional<String> leftOut(Fault fault) {
        return Optional.ofNullable(leftOut.get(fault));
    }

    @Override
    public void prepare(Fault fault) {
        if (fault == Fault.RESTORE) {
            run(connect(), "backup to '" + folder.resolve("backup.db") + "'");
        }
    }

    @Override
    public void strike(Fault fault) {
        switch (fault) {
            case RESTORE -> run(connect(), "restore from '" + folder.resolve("backup.db") + "'");
            case STORE_LOCKED -> {
                Connection connection = connect();
                try (Statement statement = connection.createStatement()) {
                    statement.execute("PRAGMA busy_timeout=5000");
                    statement.execute("BEGIN IMMEDIATE");
                    lock = connection;
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
            case STORE_FULL -> fill();
            default -> throw new IllegalArgumentException(fault + " is not known here");
        }
    }

    private void fill() {
        Path filler = folder.resolve("filler");
        try (var out = Files.newOutputStream(filler)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            // No space left on the device: that was the purpose.
        }
    }

    @Override
    public void heal(Fault fault) {
        Connection locked = lock;
        if (fault == Fault.STORE_LOCKED && locked != null) {
            lock = null;
            run(locked, "ROLLBACK");
        }
        if (fault == Fault.STORE_FULL) {
            try {
                Files.deleteIfExists(folder.resolve("filler"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Connection connect() {
        try {
            return DriverManager.getConnection("jdbc:sqlite:" + file);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(Connection connection, String sql) {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        heal(Fault.STORE_LOCKED);
        if (ownDisk) {
            run("umount", "-l", folder.toString());
        }
        ServerProcess.delete(folder);
    }
}
