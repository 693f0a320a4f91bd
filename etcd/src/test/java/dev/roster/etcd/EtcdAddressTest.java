package dev.roster.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.StoreRefusedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a URL says. */
final class EtcdAddressTest {
    private static EtcdAddress parse(String rest) {
        return EtcdAddress.parse(rest, false);
    }

    @Test
    void one_server_is_enough() {
        EtcdAddress address = parse("//localhost");
        assertThat(address.endpoints())
                .containsExactly(new EtcdAddress.Endpoint("localhost", 2379));
        assertThat(address.login()).isNull();
        assertThat(address.tls()).isNull();
        assertThat(address.namespace()).isEqualTo("roster");
        assertThat(address.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(address.compact()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void everything_can_be_said() {
        EtcdAddress address =
                parse(
                        "//us%40er:p%3Aa+s@h1:1,h2,[::1]:3/?namespace=a/b&tls=true&ca=c&certificate=d&key=e&timeout=500ms&compact=off");
        assertThat(address.endpoints())
                .containsExactly(
                        new EtcdAddress.Endpoint("h1", 1),
                        new EtcdAddress.Endpoint("h2", 2379),
                        new EtcdAddress.Endpoint("::1", 3));
        assertThat(address.login()).isEqualTo(new EtcdAddress.Login("us@er", "p:a+s"));
        assertThat(address.tls()).isEqualTo(new TlsFiles("c", "d", "e"));
        assertThat(address.namespace()).isEqualTo("a/b");
        assertThat(address.timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(address.compact()).isZero();
        assertThat(address.endpoints().getLast()).hasToString("[::1]:3");
    }

    @Test
    void the_scheme_can_ask_for_tls() {
        assertThat(EtcdAddress.parse("//h", true).tls()).isEqualTo(new TlsFiles(null, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h",
                "//",
                "//h:0",
                "//h:65536",
                "//h:port-s3cret",
                "//a,,b",
                "//::1",
                "//h/path",
                "//us3r-s3cret@h",
                "//:s3cret@h",
                "//u:%zz-s3cret@h",
                "//h?password=s3cret",
                "//h?namespace",
                "//h?tls=s3cret",
                "//h?ca=s3cret",
                "//h?tls=true&key=s3cret",
                "//h?timeout=s3cret",
                "//h?timeout=1ms",
                "//h?timeout=61s",
                "//h?timeout=99999999999999999999s",
                "//h?compact=1s"
            })
    void what_cannot_be_is_refused_without_being_repeated(String rest) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> parse(rest))
                .withMessageStartingWith("The etcd store URL cannot be used")
                .withMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "a b", "é", "a!"})
    void a_namespace_is_plain(String namespace) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> new EtcdKeys(namespace))
                .withMessageContaining("namespace");
    }

    @Test
    void a_password_is_not_in_the_text() {
        assertThat(parse("//user:s3cret@h").toString()).contains("user").doesNotContain("s3cret");
    }
}
