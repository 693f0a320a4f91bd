package dev.roster.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class DemoIT {
    private static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-jar");
        command.add(Checkout.root().resolve("cli/target/roster.jar").toString());
        command.addAll(List.of(arguments));
        Process roster =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output;
        try (InputStream out = roster.getInputStream()) {
            output = new String(out.readAllBytes(), UTF_8);
        }
        assertThat(roster.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(roster.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void the_demonstration_ends_with_all_as_promised() throws IOException, InterruptedException {
        String files = Checkout.root().resolve("docs").toString();
        assertThat(run("demo", "--json", files))
                .contains("\"good\":true")
                .contains("\"judged\":[\"K1\",\"K2\",\"K3\"")
                .contains("\"broken\":[]");
    }

    @Test
    void a_simulation_of_given_seeds_tells_what_it_did() throws IOException, InterruptedException {
        assertThat(run("simulate", "--seed", "7", "--seeds", "3", "--json"))
                .contains("\"seeds\":3")
                .contains("\"failedSeeds\":[]");
    }
}
