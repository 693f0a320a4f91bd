package dev.roster.etcd;

import static dev.roster.etcd.Puts.ALL;
import static dev.roster.etcd.Puts.applied;
import static dev.roster.etcd.Puts.eventually;
import static dev.roster.etcd.Puts.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.roster.CommitResult;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Store;
import dev.roster.store.Watch;
import dev.roster.testkit.server.EtcdServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Users, passwords, and that they are told to nobody. */
@Timeout(120)
final class EtcdLoginTest {
    private static final String SECRET = "s3cret-Wort";

    private final EtcdServer server = new EtcdServer();
    private final List<String> logged = new ArrayList<>();
    private final Handler listener =
            new Handler() {
                @Override
                public void publish(LogRecord logRecord) {
                    synchronized (logged) {
                        logged.add(logRecord.getMessage() + " " + text(logRecord.getThrown()));
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    private static String text(Throwable thrown) {
        StringWriter out = new StringWriter();
        if (thrown != null) {
            thrown.printStackTrace(new PrintWriter(out));
        }
        return out.toString();
    }

    @BeforeEach
    void listen() {
        Logger.getLogger("").addHandler(listener);
        Logger.getLogger("io.grpc").setLevel(Level.FINE);
        EtcdUsers.enable(server);
        EtcdUsers.add(server, "app", SECRET, "roster:");
    }

    @AfterEach
    void close() {
        Logger.getLogger("").removeHandler(listener);
        Logger.getLogger("io.grpc").setLevel(null);
        server.close();
    }

    private String url(String user, String password) {
        return EtcdUsers.url(server.url(), user, password);
    }

    @Test
    void a_login_that_is_over_is_made_anew() throws InterruptedException {
        try (Store store = Store.open(url("app", SECRET))) {
            long begin = applied(store, put("k", "1"));
            try (Watch watch = store.watch(ALL, begin)) {
                assertThat(Puts.upTo(watch, begin)).isEmpty();
                // A server forgets the logins that it gave out when it ends.
                server.kill();
                server.start();
                long last = eventually(store, put("k", "2"));
                assertThat(Puts.upTo(watch, last)).isNotEmpty();
            }
            server.control("auth", "disable");
            EtcdUsers.add(server, "other", "x", "other:");
            server.control("auth", "enable");
            eventually(store, put("k", "3"));
        }
    }

    @Test
    void a_role_reaches_its_namespace_only() {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> Store.open(url("app", SECRET) + "?namespace=another").close())
                .withMessageContaining("permission denied")
                .withMessageContaining("role");
    }

    @Test
    void a_right_that_is_taken_back_is_a_failure_and_not_unknown() {
        try (Store store = Store.open(url("app", SECRET))) {
            applied(store, put("k", "1"));
            server.control("user", "revoke-role", "app", "app");
            assertThat(store.commit(put("k", "2"))).isInstanceOf(CommitResult.Failed.class);
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> store.read(ALL))
                    .withMessageContaining("permission denied");
        }
    }

    @Test
    void no_failure_tells_a_password() {
        List<Throwable> failures = new ArrayList<>();
        String password = "wrong-" + SECRET;
        failures.add(failure(url("app", password)));
        failures.add(failure(url("nobody", password)));
        failures.add(failure(server.url()));
        failures.add(failure(url("app", password) + "?oops=" + SECRET));
        failures.add(failure("etcd://app:" + password + "@no-such-host.invalid:1"));
        failures.add(failure("etcd://app:" + password + "@127.0.0.1:1?timeout=500ms"));
        failures.add(failure("etcd://app:" + password + "@127.0.0.1:port"));
        failures.add(failure(url("app", SECRET).replace("etcd:", "etcds:") + "?timeout=2s"));
        failures.add(failure(url("app", SECRET) + "?tls=true&ca=/no/such/" + "file"));
        failures.add(failure(url("app", SECRET) + "?namespace=not%20one"));
        server.pause();
        failures.add(failure(url("app", SECRET) + "?timeout=500ms"));
        server.resume();
        for (Throwable failure : failures) {
            assertThat(text(failure)).doesNotContain(SECRET).doesNotContain(password);
        }
        synchronized (logged) {
            assertThat(logged).noneMatch(line -> line.contains(SECRET));
        }
    }

    private static Throwable failure(String url) {
        Throwable thrown = catchThrowable(() -> Store.open(url).close());
        assertThat(thrown)
                .isInstanceOfAny(StoreRefusedException.class, StoreUnavailableException.class);
        return thrown;
    }

    @Test
    void a_failure_to_connect_says_where_and_what_to_do() {
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> Store.open("etcd://127.0.0.1:1?timeout=500ms"))
                .withMessageContaining("127.0.0.1:1")
                .withMessageContaining("Is etcd running");
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> Store.open(url("app", "wrong")))
                .withMessageContaining("authentication failed")
                .withMessageContaining("Check user and password");
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> Store.open(server.url()))
                .withMessageContaining("user name is empty");
    }
}
