package dev.roster.testkit.chaos;

import dev.roster.testkit.proxy.Wire;
import dev.roster.testkit.server.ServerProcess;
import dev.roster.testkit.server.SmallDisk;
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
import org.jspecify.annotations.Nullable;

/** A SQLite file: no server, no network; but somebody may lock it, fill its disk or put it back. */
final class SqliteGround implements Ground {
    private static final int DISK_MEGABYTES = 16;

    private final Path folder;
    private final Path file;
    private final @Nullable SmallDisk disk;
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
        disk = SmallDisk.mount(folder, DISK_MEGABYTES).orElse(null);
        file = folder.resolve("chaos.db");
        leftOut.putAll(StoreKind.SQLITE.leftOut());
        if (disk == null) {
            leftOut.put(Fault.STORE_FULL, "a small disk can be mounted by root only");
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
            case STORE_FULL -> disk().fill();
            default -> throw new IllegalArgumentException(fault + " is not known here");
        }
    }

    private SmallDisk disk() {
        SmallDisk own = disk;
        if (own == null) {
            throw new IllegalStateException("There is no disk of its own.");
        }
        return own;
    }

    @Override
    public void heal(Fault fault) {
        Connection locked = lock;
        if (fault == Fault.STORE_LOCKED && locked != null) {
            lock = null;
            run(locked, "ROLLBACK");
        }
        if (fault == Fault.STORE_FULL) {
            disk().empty();
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
        SmallDisk own = disk;
        if (own != null) {
            own.close();
        }
        ServerProcess.delete(folder);
    }
}
