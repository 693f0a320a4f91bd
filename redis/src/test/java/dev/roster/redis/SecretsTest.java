package dev.roster.redis;

import static dev.roster.redis.Commits.ALL;
import static dev.roster.redis.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.roster.RosterException;
import dev.roster.StoreRefusedException;
import dev.roster.store.Store;
import dev.roster.testkit.server.RedisServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** User and password are in no message, no log and no toString, whatever fails. */
@Timeout(60)
final class SecretsTest {
    private static final String USER = "planted-user";
    private static final String PASSWORD = "planted p%ssword/@:?";
    private static final String LOGIN = USER + ":planted%20p%25ssword%2F%40%3A%3F@";

    private final RedisServer server = new RedisServer();
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final List<String> said = new ArrayList<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord each) {
                    logged.add(each.getMessage() + " " + text(each.getThrown()));
                    for (Object parameter :
                            each.getParameters() == null ? new Object[0] : each.getParameters()) {
                        logged.add(String.valueOf(parameter));
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        handler.setLevel(Level.ALL);
        Logger.getLogger("").addHandler(handler);
        assertThat(
                        server.command(
                                "ACL", "SETUSER", USER, "on", ">" + PASSWORD, "~*", "&*", "+@all"))
                .startsWith("+OK");
    }

    @AfterEach
    void close() {
        Logger.getLogger("").removeHandler(handler);
        server.close();
    }

    private static String text(Throwable thrown) {
        if (thrown == null) {
            return "";
        }
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    private String hostPort() {
        return "127.0.0.1:" + server.address().getPort();
    }

    /** What is said when a URL cannot be opened; it has to be said by Roster. */
    private String failure(String url) {
        Throwable thrown = catchThrowable(() -> Store.open(url).close());
        assertThat(thrown).as(url.replaceAll("//.*@", "//")).isInstanceOf(RosterException.class);
        said.add(text(thrown));
        return String.valueOf(thrown.getMessage());
    }

    private void assertNothingTold() {
        said.addAll(logged);
        assertThat(said)
                .isNotEmpty()
                .noneMatch(text -> text.contains("planted") || text.contains("p%25ssword"));
    }

    @Test
    void whatever_is_wrong_when_a_store_is_opened() {
        String url = "redis://" + LOGIN + hostPort();
        assertThat(failure("redis://" + LOGIN + "127.0.0.1:1")).contains("127.0.0.1:1");
        assertThat(failure("redis://" + LOGIN + "nosuch.invalid:6379")).contains("nosuch.invalid");
        assertThat(failure("redis://planted-other:planted@" + hostPort()))
                .contains(hostPort(), "does not take the user and password");
        assertThat(failure("redis://:planted@" + hostPort())).contains("does not take");
        assertThat(failure("rediss://" + LOGIN + hostPort())).contains(hostPort());
        assertThat(failure(url + "/0?nonsense=1")).contains("nonsense", "namespace");
        assertThat(failure(url + "/x")).contains("number of a database");
        assertThat(failure(url + "/77")).contains(hostPort());
        assertThat(failure(url + "?namespace=a{b")).contains("namespace");
        assertThat(failure(url + "?timeout=soon")).contains("soon");
        assertThat(failure("redis://" + LOGIN + "127.0.0.1:99999")).contains("port");
        assertThat(failure("redis://planted%zz@" + hostPort())).contains("hexadecimal");
        assertThat(failure("redis:" + LOGIN)).contains("redis://");
        assertThat(failure("redis-sentinel://" + LOGIN + hostPort())).contains("master=");
        assertThat(
                        failure(
                                "redis-sentinel://"
                                        + LOGIN
                                        + hostPort()
                                        + "?master=m&acceptFailoverLoss=true&sentinelUser=planted-s&sentinelPassword=planted"))
                .contains(hostPort());
        server.command("ACL", "SETUSER", USER, "-zadd");
        assertThat(failure(url)).contains("denies", "ZADD");
        server.command("ACL", "SETUSER", USER, "+@all");
        server.pause();
        assertThat(failure(url + "?timeout=300ms")).contains(hostPort(), "300 ms");
        server.resume();
        assertNothingTold();
    }

    @Test
    void whatever_happens_to_a_store_that_is_open() {
        try (Store store = Store.open("redis://" + LOGIN + hostPort() + "?timeout=300ms")) {
            said.add(store.toString());
            said.add(store.durability().toString());
            said.add(store.commit(put("k", "v")).toString());
            server.pause();
            said.add(store.commit(put("k", "v")).toString());
            said.add(text(catchThrowable(() -> store.read(ALL))));
            server.resume();
            server.command("ACL", "SETUSER", USER, "-evalsha", "-eval");
            said.add(store.commit(put("k", "v")).toString());
            said.add(text(catchThrowable(() -> store.read(ALL))));
            server.command("ACL", "DELUSER", USER);
            said.add(store.commit(put("k", "v")).toString());
            said.add(text(catchThrowable(() -> store.read(ALL))));
            server.kill();
            said.add(store.commit(put("k", "v")).toString());
            said.add(text(catchThrowable(() -> store.read(ALL))));
        }
        assertNothingTold();
    }

    @Test
    void a_password_that_is_missing_is_asked_for() {
        server.command("CONFIG", "SET", "requirepass", "planted");
        assertThat(failure("redis://" + hostPort())).contains("wants a password");
        assertThat(catchThrowable(() -> RedisStore.open("redis://" + hostPort())))
                .isInstanceOf(StoreRefusedException.class);
        assertNothingTold();
    }
}
