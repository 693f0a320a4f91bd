package dev.roster.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;
import dev.roster.store.Store;
import dev.roster.testkit.server.EtcdServer;
import dev.roster.testkit.server.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates on both sides. */
@Timeout(120)
final class EtcdTlsTest {
    @TempDir private Path folder;

    @BeforeEach
    void makeCertificates() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
        openssl(
                "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.pem");
        for (String name : List.of("server", "client")) {
            openssl(
                    "req -newkey rsa:2048 -nodes -subj /CN=%1$s -keyout %1$s.key -out %1$s.csr"
                            .formatted(name));
            openssl(
                    "x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out %1$s.pem"
                            .formatted(name));
        }
        openssl("rsa -in client.key -traditional -out old.key");
    }

    private void openssl(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Servers.require("openssl", "apt-get install openssl").toString());
        command.addAll(List.of(arguments.split(" ")));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String printed =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void a_store_is_reached_with_certificates_on_both_sides_and_not_without() {
        try (EtcdServer server =
                new EtcdServer(
                        1,
                        true,
                        "--cert-file",
                        file("server.pem"),
                        "--key-file",
                        file("server.key"),
                        "--client-cert-auth",
                        "--trusted-ca-file",
                        file("ca.pem"))) {
            String url = server.url().replace("etcd:", "etcds:") + "?timeout=3s";
            String ca = "&ca=" + file("ca.pem");
            String own = "&certificate=" + file("client.pem") + "&key=" + file("client.key");
            // The first connection of a JVM by TLS may take its time.
            try (Store store = Store.open(url.replace("3s", "30s") + ca + own)) {
                Puts.applied(store, Puts.put("k", "v"));
                assertThat(store.read(Puts.ALL).entries()).hasSize(1);
            }
            for (String bad : List.of(ca, own, "")) {
                assertThatExceptionOfType(StoreUnavailableException.class)
                        .as(bad)
                        .isThrownBy(() -> Store.open(url + bad))
                        .withMessageContaining("TLS");
            }
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> Store.open(server.url() + "?timeout=2s"));
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> Store.open(url + ca + own.replace("client.key", "old.key")))
                    .withMessageContaining("openssl pkcs8");
            assertThatExceptionOfType(StoreRefusedException.class)
                    .isThrownBy(() -> Store.open(url + "&ca=" + file("ca.key")))
                    .withMessageContaining("no certificate");
        }
    }
}
