package dev.roster.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** PgBouncer in transaction mode, before a {@link PostgresServer}. */
public final class PgBouncer implements AutoCloseable {
    private final PostgresServer behind;
    private final Path folder;
    private final InetSocketAddress address = ServerProcess.freeAddress();
    private final ServerProcess process;

    private PgBouncer(PostgresServer behind, InetSocketAddress through, int sessions) {
        this.behind = behind;
        Path program = Servers.require("pgbouncer", "apt-get install pgbouncer");
        this.folder = PostgresServer.newFolder();
        Path settings = folder.resolve("pgbouncer.ini");
        Path users = folder.resolve("users.txt");
        try {
            Files.writeString(users, "\"postgres\" \"%s\"\n".formatted(PostgresServer.PASSWORD));
            Files.writeString(
                    settings,
                    """
                    [databases]
                    * = host=%s port=%d
                    [pgbouncer]
                    listen_addr = %s
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = scram-sha-256
                    auth_file = %s
                    pool_mode = transaction
                    default_pool_size = %d
                    max_client_conn = 500
                    server_login_retry = 1
                    """
                            .formatted(
                                    through.getAddress().getHostAddress(),
                                    through.getPort(),
                                    address.getAddress().getHostAddress(),
                                    address.getPort(),
                                    users,
                                    sessions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.process =
                ServerProcess.start(
                        folder.resolve("data").resolve("log"),
                        folder,
                        PostgresServer.asUser(List.of(program.toString(), settings.toString())));
        process.awaitReady(Duration.ofSeconds(20), () -> ServerProcess.listens(address));
    }

    /**
     * Starts one with so many sessions of the server for all clients together.
     *
     * @param behind the server, which it does not end
     */
    public static PgBouncer before(PostgresServer behind, int sessions) {
        return new PgBouncer(behind, behind.address(), sessions);
    }

    /** As {@link #before(PostgresServer, int)}, by way of another address, such as a proxy's. */
    public static PgBouncer before(PostgresServer behind, InetSocketAddress through, int sessions) {
        return new PgBouncer(behind, through, sessions);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** The store URL by way of this. */
    public String url() {
        return behind.url(address);
    }

    @Override
    public void close() {
        process.kill();
        ServerProcess.delete(folder);
    }
}
