package dev.roster.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CommandLineIT {

    @Test
    void the_packaged_jar_prints_its_version() throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path jar = Checkout.root().resolve("cli/target/roster.jar");
        Process roster =
                new ProcessBuilder(java.toString(), "-jar", jar.toString(), "--version")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(roster.getInputStream().readAllBytes(), UTF_8);

        assertThat(roster.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).matches("roster \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
        assertThat(roster.exitValue()).isZero();
    }
}
