package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.roster.RosterException;
import dev.roster.store.Store;
import dev.roster.testkit.server.PostgresServer;
import dev.roster.testkit.server.ServerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A planted password shows in no message, stack trace or log line of any failure to connect. */
@Timeout(60)
final class PostgresSecretsTest {
    private static final String SECRET = "Pl4nt3dS3cr3t";

    private final List<String> logged = Collections.synchronizedList(new ArrayList<>());
    private final Logger root = Logger.getLogger("");
    private final Handler listening =
            new Handler() {
                @Override
                public void publish(LogRecord record) {
                    logged.add(new SimpleFormatter().format(record));
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };
    private Level levelBefore = Level.INFO;

    @BeforeEach
    void listen() {
        levelBefore = root.getLevel();
        root.setLevel(Level.ALL);
        listening.setLevel(Level.ALL);
        root.addHandler(listening);
    }

    @AfterEach
    void endListening() {
        root.removeHandler(listening);
        root.setLevel(levelBefore);
    }

    private static String url(InetSocketAddress at, String options) {
        return "postgresql://postgres:%s@%s:%d/postgres%s"
                .formatted(SECRET, at.getAddress().getHostAddress(), at.getPort(), options);
    }

    /** Opens what cannot be opened; returns the message, after a look at all that was said. */
    private String failure(String url) {
        try (Store store = Store.open(url)) {
            return fail("It was opened: " + store);
        } catch (RosterException e) {
            StringWriter all = new StringWriter();
            e.printStackTrace(new PrintWriter(all));
            assertThat(all.toString()).doesNotContain(SECRET);
            assertThat(logged.toString()).doesNotContain(SECRET);
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void a_wrong_password() {
        InetSocketAddress at = SharedPostgres.server().address();
        assertThat(failure(url(at, "")))
                .contains(at.getPort() + "/postgres")
                .contains("password authentication failed")
                .contains("passwordFile");
    }

    @Test
    void a_port_where_nobody_listens() {
        InetSocketAddress at = ServerProcess.freeAddress();
        assertThat(failure(url(at, "")))
                .contains(String.valueOf(at.getPort()))
                .contains("Is the server running");
    }

    @Test
    void a_host_that_does_not_exist() {
        assertThat(failure("postgresql://postgres:" + SECRET + "@no.such.host.invalid/postgres"))
                .contains("no.such.host.invalid:5432");
    }

    @Test
    void a_database_that_does_not_exist() {
        String good = SharedPostgres.server().url();
        assertThat(failure(good.replaceAll("/postgres$", "/nowhere") + "?sslpassword=" + SECRET))
                .contains("nowhere")
                .contains("Create the database");
    }

    @Test
    void a_server_that_has_no_tls() {
        assertThat(
                        failure(
                                SharedPostgres.server().url()
                                        + "?sslmode=require&sslpassword="
                                        + SECRET))
                .containsIgnoringCase("ssl");
    }

    @Test
    void a_server_that_says_nothing() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            // Nobody accepts: the system does, and no byte is ever answered.
            long begin = System.nanoTime();
            String message =
                    failure(
                            url(
                                    new InetSocketAddress(
                                            InetAddress.getLoopbackAddress(),
                                            silent.getLocalPort()),
                                    ""));
            assertThat(message).contains(String.valueOf(silent.getLocalPort()));
            assertThat(System.nanoTime() - begin).isLessThan(30_000_000_000L);
        }
    }

    @Test
    void a_store_that_is_open_and_one_that_lost_its_server() {
        try (PostgresServer server = PostgresServer.start("max_connections=100");
                Store store = Store.open(server.url())) {
            assertThat(store.toString()).doesNotContain(PostgresServer.PASSWORD);
            server.kill();
            String failed =
                    String.valueOf(store.commit(dev.roster.sql.Puts.put("k", "v")))
                            + store.commit(dev.roster.sql.Puts.put("k", "v"));
            assertThat(failed)
                    .contains(String.valueOf(server.address().getPort()))
                    .doesNotContain(PostgresServer.PASSWORD);
            assertThat(logged.toString()).doesNotContain(PostgresServer.PASSWORD);
        }
    }
}
