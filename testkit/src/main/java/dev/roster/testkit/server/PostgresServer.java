package dev.roster.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of a test's own, with the machine's programs: from the folder that the
 * environment variable {@code ROSTER_POSTGRES_BIN} names, Debian's, or the PATH. It forces every
 * commit to the disk. The super user is {@code postgres} with the password {@value #PASSWORD}.
 */
public final class PostgresServer implements TestServer {
    /** The super user's password. */
    public static final String PASSWORD = "a+b/c@d%e";

    private static final String PASSWORD_ESCAPED = "a+b%2Fc%40d%25e";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DISK_MEGABYTES = 192;

    /** More than the server keeps of its log. */
    private static final int LOG_PIECES = 100;

    private static final String INSTALL = "apt-get install postgresql";

    private final Path folder;
    private final Path bin;
    private final InetSocketAddress address;
    private final List<String> settings;
    private final @Nullable SmallDisk disk;
    private ServerProcess process;

    private PostgresServer(Path folder, Path bin, @Nullable SmallDisk disk, List<String> settings) {
        this.folder = folder;
        this.bin = bin;
        this.disk = disk;
        this.address = ServerProcess.freeAddress();
        this.settings = List.copyOf(settings);
        this.process = launched();
    }

    /**
     * Starts an empty server.
     *
     * @param settings one or more, as in its configuration file: {@code max_connections=20}
     */
    public static PostgresServer start(String... settings) {
        Path folder = newFolder();
        return start(folder, null, List.of(), settings);
    }

    /**
     * Starts an empty server on a small disk of its own, which can be {@linkplain #fill filled}, if
     * this process may mount one, and else as {@link #start(String...)}.
     */
    public static PostgresServer startOnSmallDisk(String... settings) {
        Path folder = emptyFolder();
        SmallDisk disk = mounted(folder);
        ready(folder);
        // Small pieces of the log, few of them kept, so that there is an end to them.
        List<String> all = new ArrayList<>(List.of("min_wal_size=2MB", "max_wal_size=32MB"));
        all.addAll(Arrays.asList(settings));
        return start(folder, disk, List.of("--wal-segsize=1"), all.toArray(String[]::new));
    }

    private static @Nullable SmallDisk mounted(Path folder) {
        return SmallDisk.mount(folder, DISK_MEGABYTES).orElse(null);
    }

    private static PostgresServer start(
            Path folder, @Nullable SmallDisk disk, List<String> more, String... settings) {
        Path bin = bin();
        Path password = folder.resolve("password");
        try {
            Files.writeString(password, PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                bin.resolve("initdb").toString(),
                                "--pgdata=" + data(folder),
                                "--username=postgres",
                                "--pwfile=" + password,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                "--locale=C",
                                "--no-sync"));
        command.addAll(more);
        run(folder, asUser(command));
        return new PostgresServer(folder, bin, disk, Arrays.asList(settings));
    }

    /**
     * Starts a standby of this server that follows it without its commits waiting for that; on a
     * small disk of its own if this one has one.
     *
     * @param settings of the standby
     */
    public PostgresServer startStandby(String... settings) {
        Path other = emptyFolder();
        SmallDisk own = disk == null ? null : mounted(other);
        ready(other);
        run(
                other,
                bin.resolve("pg_basebackup").toString(),
                "--pgdata=" + data(other),
                "--dbname=" + connection(),
                "--checkpoint=fast",
                "--write-recovery-conf",
                "--wal-method=stream");
        return new PostgresServer(other, bin, own, Arrays.asList(settings));
    }

    /** Makes a standby the primary. */
    public void promote() {
        sql("SELECT pg_promote(true, 60)");
    }

    /** A folder of a server's own, with a folder data in it. */
    static Path newFolder() {
        Path folder = emptyFolder();
        ready(folder);
        return folder;
    }

    private static Path emptyFolder() {
        try {
            return Files.createTempDirectory("roster-postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void ready(Path folder) {
        try {
            Files.createDirectory(data(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (isRoot()) {
            // The server refuses to run as root.
            run(folder, List.of("chown", "-R", user(), folder.toString()));
        }
        run(folder, List.of("chmod", "0700", data(folder).toString()));
    }

    private static Path bin() {
        List<Path> folders = new ArrayList<>();
        String named = System.getenv("ROSTER_POSTGRES_BIN");
        if (named != null) {
            folders.add(Path.of(named));
        }
        for (int version = 30; version >= 12; version--) {
            folders.add(Path.of("/usr/lib/postgresql/" + version + "/bin"));
        }
        // Named ones come before the PATH, where only a client may be.
        for (Path folder : folders) {
            if (Files.isExecutable(folder.resolve("initdb"))) {
                return folder;
            }
        }
        Path found = Servers.require("initdb", INSTALL).getParent();
        if (found == null) {
            throw Servers.missing("initdb", "initdb has no folder");
        }
        return found;
    }

    private static Path data(Path folder) {
        return folder.resolve("data");
    }

    private ServerProcess launched() {
        List<String> command = new ArrayList<>();
        command.add(bin.resolve("postgres").toString());
        command.addAll(List.of("-D", data(folder).toString()));
        List<String> all = new ArrayList<>();
        all.add("listen_addresses=" + address.getAddress().getHostAddress());
        all.add("port=" + address.getPort());
        all.add("unix_socket_directories=");
        all.add("shared_buffers=32MB");
        all.add("fsync=on");
        all.addAll(settings);
        all.forEach(setting -> command.addAll(List.of("-c", setting)));
        ServerProcess started = ServerProcess.start(folder.resolve("log"), folder, asUser(command));
        started.awaitReady(PATIENCE, () -> ServerProcess.listens(address) && answers());
        return started;
    }

    private boolean answers() {
        return exitCode(
                        folder,
                        List.of(
                                bin.resolve("pg_isready").toString(),
                                "-q",
                                "-h",
                                address.getAddress().getHostAddress(),
                                "-p",
                                String.valueOf(address.getPort())))
                == 0;
    }

    @Override
    public String name() {
        return run(folder, bin.resolve("postgres").toString(), "--version")
                .replace("postgres (PostgreSQL)", "PostgreSQL")
                .strip();
    }

    @Override
    public String url(InetSocketAddress through) {
        return "postgresql://postgres:%s@%s:%d/postgres"
                .formatted(
                        PASSWORD_ESCAPED, through.getAddress().getHostAddress(), through.getPort());
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Runs statements as the super user, apart from anything that is tested; returns what they
     * print.
     */
    public String sql(String statements) {
        return run(
                folder,
                bin.resolve("psql").toString(),
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--set=ON_ERROR_STOP=1",
                "--dbname=" + connection(),
                "--command=" + statements);
    }

    private String connection() {
        return url(address);
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void stop() {
        // To the postmaster: end sessions, write everything, go.
        process.signal("INT");
        process.stop(PATIENCE);
    }

    @Override
    public void start() {
        process = launched();
    }

    @Override
    public void pause() {
        process.pause();
    }

    @Override
    public void resume() {
        process.resume();
    }

    /** Drops all schemas that hold tables of Roster's. */
    @Override
    public void wipe() {
        sql(
                """
                DO $$ DECLARE n text; BEGIN
                    FOR n IN SELECT schemaname FROM pg_tables WHERE tablename = 'roster_meta' LOOP
                        EXECUTE format('DROP SCHEMA %I CASCADE', n);
                    END LOOP;
                END $$
                """);
    }

    @Override
    public void backup() {
        stop();
        ServerProcess.delete(folder.resolve("backup"));
        run(folder, "cp", "-a", data(folder).toString(), folder.resolve("backup").toString());
        start();
    }

    @Override
    public void restore() {
        if (!Files.exists(folder.resolve("backup"))) {
            throw new IllegalStateException("There is no backup yet.");
        }
        stop();
        ServerProcess.delete(data(folder));
        run(folder, "cp", "-a", folder.resolve("backup").toString(), data(folder).toString());
        start();
    }

    /** Whether it has a disk of its own, which can be filled. */
    public boolean hasOwnDisk() {
        return disk != null;
    }

    private SmallDisk ownDisk() {
        SmallDisk own = disk;
        if (own == null) {
            throw new UnsupportedOperationException(
                    "It has no disk of its own: root can mount one.");
        }
        return own;
    }

    /** Fills its disk, and uses up what it has left of its log. The server may give up. */
    public void fill() {
        ownDisk().fill();
        for (int piece = 0; piece < LOG_PIECES; piece++) {
            try {
                sql("SELECT pg_logical_emit_message(false, 'full', 'x'), pg_switch_wal()");
            } catch (IllegalStateException e) {
                return;
            }
        }
        throw new IllegalStateException("The disk is full, and the server goes on.");
    }

    /** Makes room on its disk again, and starts the server if it gave up. */
    public void empty() {
        ownDisk().empty();
        long start = System.nanoTime();
        while (!answers()) {
            if (!process.isAlive()) {
                process.kill();
                start();
            } else if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("It does not come back: " + process.logEnd());
            }
        }
    }

    @Override
    public void close() {
        process.kill();
        SmallDisk own = disk;
        if (own != null) {
            own.close();
        }
        ServerProcess.delete(folder);
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String user() {
        return exitCode(Path.of("/"), List.of("id", "postgres")) == 0 ? "postgres" : "nobody";
    }

    /** As somebody who is not root, whom these servers refuse. */
    static List<String> asUser(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        List<String> all =
                new ArrayList<>(
                        List.of("setpriv", "--reuid=" + user(), "--clear-groups", "--regid"));
        all.add(user().equals("postgres") ? "postgres" : "nogroup");
        all.addAll(command);
        return all;
    }

    private static String run(Path in, String... command) {
        return run(in, asUser(List.of(command)));
    }

    private static String run(Path in, List<String> command) {
        try {
            Process process = builder(in, command).redirectErrorStream(true).start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command.getFirst() + " failed: " + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while running a program.", e);
        }
    }

    private static int exitCode(Path in, List<String> command) {
        try {
            Process process =
                    builder(in, command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return -1;
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while running a program.", e);
        }
    }

    private static ProcessBuilder builder(Path in, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(in.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("LC_ALL", "C");
        environment.keySet().removeIf(name -> name.startsWith("PG"));
        return builder;
    }
}
