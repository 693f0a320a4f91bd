package dev.roster.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the how-to about background jobs do what it says. */
@Timeout(300)
final class JobsHowToIT {
    private static final Path SCRIPT =
            Path.of("it/src/test/resources/dev/roster/it/background-job.sh");

    @TempDir private Path folder = Path.of("");

    /** A worker that ends when it has done all, so that the next command gets its turn. */
    private Path roster() throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path roster = bin.resolve("roster");
        Files.writeString(
                roster,
                """
                #!/bin/sh
                case "$1 $2" in "jobs work") set -- "$@" --until-empty;; esac
                "%s" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "%s" "$@"
                exit=$?
                echo "$exit $1 $2" >> exits
                case $exit in 0 | 3) exit 0;; *) exit $exit;; esac
                """
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                Checkout.root().resolve("cli/target/roster.jar")));
        assertThat(roster.toFile().setExecutable(true)).isTrue();
        return bin;
    }

    @Test
    void itsCommandsWork() throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        ProcessBuilder shell =
                new ProcessBuilder("sh", Checkout.root().resolve(SCRIPT).toString())
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile());
        shell.environment().merge("PATH", roster().toString(), (old, bin) -> bin + ":" + old);
        int exit = shell.start().waitFor();
        String printed = Files.readString(out);
        assertThat(exit).as(printed).isZero();
        assertThat(Files.readString(folder.resolve("sent")))
                .isEqualTo("{\"to\": \"ann@example.org\"}\n");
        List<String> imported = Files.readAllLines(folder.resolve("imported"));
        assertThat(imported).hasSize(400).doesNotHaveDuplicates();
        assertThat(printed)
                .contains(
                        "dead   1",
                        "(exit code 65: no such customer: 3)",
                        "\"why\":\"exit code 65: no such customer: 3\"",
                        "1 jobs retried");
        assertThat(Files.readAllLines(folder.resolve("exits")))
                .as("the second worker gave a job up")
                .containsSubsequence("0 jobs work", "3 jobs work");
    }
}
