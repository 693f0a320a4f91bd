package dev.roster.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.roster.StoreRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store URL says, and what is said of one that says nothing of use. */
final class PostgresUrlTest {
    @Test
    void all_parts_are_read() throws IOException {
        PostgresUrl url =
                PostgresUrl.parse(
                        "postgresql://al%40ice:p%2Fq+%25@db.example:6432/work?schema=roster_2&pooler=transaction&ties=off&sslmode=verify-full");
        assertThat(url.user()).isEqualTo("al@ice");
        assertThat(url.password().now()).isEqualTo("p/q+%");
        assertThat(url.host()).isEqualTo("db.example");
        assertThat(url.port()).isEqualTo(6432);
        assertThat(url.database()).isEqualTo("work");
        assertThat(url.options())
                .isEqualTo(new PostgresOptions("roster_2", Pooler.TRANSACTION, false));
        assertThat(url.properties().getProperty("sslmode")).isEqualTo("verify-full");
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6432/work");
    }

    @Test
    void what_is_left_out_has_a_default() {
        PostgresUrl url = PostgresUrl.parse("postgresql://me@localhost");
        assertThat(url.port()).isEqualTo(5432);
        assertThat(url.database()).isEqualTo("me");
        assertThat(url.options()).isEqualTo(PostgresOptions.DEFAULTS);
        assertThat(PostgresUrl.parse("postgresql://me@[::1]:1/x").host()).isEqualTo("::1");
    }

    @Test
    void a_password_may_be_in_a_file_that_is_read_again(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("password");
        Files.writeString(file, "one\n");
        PostgresPassword password =
                PostgresUrl.parse("postgresql://me@localhost/x?passwordFile=" + file).password();
        assertThat(password.now()).isEqualTo("one");
        Files.writeString(file, "two\n");
        assertThat(password.now()).isEqualTo("two");
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql:localhost, has to begin with",
        "postgresql://, has no host",
        "postgresql:///work, has no host",
        "postgresql://a:1/x?speed=high, 'none of schema, pooler'",
        "postgresql://a:1/x?ties=on&ties=on, twice",
        "postgresql://a:1/x?ties=maybe, ties is on or off",
        "postgresql://a:1/x?pooler=odd, 'pooler is auto, none or transaction'",
        "postgresql://a:99999/x, is no port",
        "postgresql://a:b/c@host/x, is no port",
        "'postgresql://a,b/x', several hosts",
        "postgresql://a:%zz@b/x, does not begin an escape",
        "postgresql://a:1/x?schema=Bad-Name, lower case letters",
        "postgresql://a:1/x?passwordFile=none/of/it, cannot be read",
        "postgresql://a:p@b:1/x?passwordFile=f, leave one out"
    })
    void what_is_wrong_is_said(String url, String saying) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> PostgresUrl.parse(url))
                .withMessageContaining(saying);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://me:hunter2@host:x/y",
                "postgresql://me:hunter2/more@host/y",
                "postgresql://me:hunter2%@host/y",
                "postgresql://me:hunter2@host/y?x=hunter2",
                "postgresql://me@host/y?hunter2",
                "postgresql://me@host/y?schema=Hunter2-hunter2",
                "postgresql:me:hunter2@host"
            })
    void a_url_that_cannot_be_read_is_not_repeated(String url) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> PostgresUrl.parse(url))
                .satisfies(e -> assertThat(e.toString()).doesNotContainIgnoringCase("hunter2"));
    }

    @Test
    void nothing_shows_the_password() {
        PostgresUrl url = PostgresUrl.parse("postgresql://me:hunter2@host/y?sslpassword=hunter2");
        assertThat(url.toString()).doesNotContain("hunter2").contains("host:5432/y");
        assertThat(url.password().toString()).doesNotContain("hunter2");
        assertThat(ConnectionSource.of(url).where()).doesNotContain("hunter2");
    }
}
