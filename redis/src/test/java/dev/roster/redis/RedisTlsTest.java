package dev.roster.redis;

import static dev.roster.redis.Commits.ALL;
import static dev.roster.redis.Commits.applied;
import static dev.roster.redis.Commits.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.RosterException;
import dev.roster.StoreRefusedException;
import dev.roster.store.Watch;
import dev.roster.testkit.server.RedisServer;
import dev.roster.testkit.server.ServerProcess;
import dev.roster.testkit.server.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS: whom this process trusts, and who it is. */
@Timeout(60)
final class RedisTlsTest {
    @TempDir private @Nullable Path folder;
    private @Nullable RedisServer server;
    private final int port = ServerProcess.freeAddress().getPort();

    private Path file(String name) {
        Path in = folder;
        if (in == null) {
            throw new IllegalStateException("no folder");
        }
        return in.resolve(name);
    }

    private void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Servers.require("openssl", "apt-get install openssl").toString());
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(file("openssl.log").toFile())
                        .start();
        assertThat(process.waitFor()).isZero();
    }

    private void authority(String name) throws IOException, InterruptedException {
        openssl(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-keyout",
                file(name + ".key").toString(),
                "-out",
                file(name + ".pem").toString());
    }

    private void certificate(String name, String host) throws IOException, InterruptedException {
        openssl(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=" + host,
                "-addext",
                "basicConstraints=CA:FALSE",
                "-CA",
                file("ca.pem").toString(),
                "-CAkey",
                file("ca.key").toString(),
                "-keyout",
                file(name + ".key").toString(),
                "-out",
                file(name + ".pem").toString());
    }

    @BeforeEach
    void start() throws IOException, InterruptedException {
        authority("ca");
        authority("stranger");
        certificate("server", "IP:127.0.0.1");
        certificate("client", "DNS:client");
        server =
                new RedisServer(
                        "--tls-port",
                        String.valueOf(port),
                        "--tls-cert-file",
                        file("server.pem").toString(),
                        "--tls-key-file",
                        file("server.key").toString(),
                        "--tls-ca-cert-file",
                        file("ca.pem").toString(),
                        "--tls-auth-clients",
                        "optional",
                        "--appendonly",
                        "yes");
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private String url(String host, String ca) {
        return "rediss://%s:%d?timeout=5s&ca=%s".formatted(host, port, file(ca));
    }

    @Test
    void a_store_works_over_tls() throws InterruptedException {
        try (RedisStore store = RedisStore.open(url("127.0.0.1", "ca.pem"))) {
            long before = store.read(ALL).revision();
            long revision = applied(store, put("k", "v"));
            try (Watch watch = store.watch(ALL, before)) {
                assertThat(watch.next(Duration.ofSeconds(20)))
                        .isInstanceOfSatisfying(
                                Watch.Batch.Changes.class,
                                changes -> assertThat(changes.revision()).isEqualTo(revision));
            }
        }
    }

    @Test
    void a_stranger_is_not_trusted_and_neither_is_another_host() {
        for (String url :
                List.of(
                        url("127.0.0.1", "stranger.pem"),
                        url("localhost", "ca.pem"),
                        "rediss://127.0.0.1:%d?timeout=5s".formatted(port))) {
            assertThatExceptionOfType(StoreRefusedException.class)
                    .as(url)
                    .isThrownBy(() -> RedisStore.open(url))
                    .withMessageContaining("TLS")
                    .withMessageContaining(":" + port);
        }
    }

    @Test
    void plain_and_tls_do_not_understand_each_other_and_say_so() {
        RedisServer plain = server;
        assertThat(plain).isNotNull();
        assertThatExceptionOfType(RosterException.class)
                .isThrownBy(
                        () -> RedisStore.open("redis://127.0.0.1:%d?timeout=1s".formatted(port)))
                .withMessageContaining("127.0.0.1:" + port);
        assertThatExceptionOfType(RosterException.class)
                .isThrownBy(() -> RedisStore.open(url("127.0.0.1", "no-such-file.pem")))
                .withMessageContaining("no-such-file.pem")
                .withMessageContaining("cannot be read");
    }

    @Test
    void a_server_that_asks_who_we_are_is_told() {
        RedisServer asking = server;
        if (asking == null) {
            throw new IllegalStateException("not started");
        }
        asking.command("CONFIG", "SET", "tls-auth-clients", "yes");
        String url = url("127.0.0.1", "ca.pem");
        assertThatExceptionOfType(RosterException.class)
                .isThrownBy(() -> RedisStore.open(url + "&timeout=1s"))
                .withMessageContaining("127.0.0.1:" + port);
        String known = url + "&certificate=" + file("client.pem") + "&key=" + file("client.key");
        try (RedisStore store = RedisStore.open(known)) {
            applied(store, put("k", "v"));
        }
    }
}
