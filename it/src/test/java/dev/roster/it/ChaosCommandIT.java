package dev.roster.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code roster chaos} as people run it. */
@Timeout(180)
final class ChaosCommandIT {
    @TempDir private Path folder = Path.of("");

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Djava.io.tmpdir=" + folder);
        command.add("-jar");
        command.add(Checkout.root().resolve("cli/target/roster.jar").toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Runs to the end. */
    private String output(int exitCode, String... arguments)
            throws IOException, InterruptedException {
        Process roster = start(arguments);
        String output = new String(roster.getInputStream().readAllBytes(), UTF_8);
        assertThat(roster.waitFor(150, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(roster.exitValue()).as(output).isEqualTo(exitCode);
        return output;
    }

    @Test
    void an_interrupt_ends_all_processes() throws IOException, InterruptedException {
        Process roster =
                start("chaos", "--store", "sqlite", "--fault", "SERVER_DOWN,FREEZE_MEMBER");
        BufferedReader out = roster.inputReader();
        String line = out.readLine();
        while (line != null && !line.contains("FREEZE_MEMBER")) {
            line = out.readLine();
        }
        List<ProcessHandle> children = roster.descendants().toList();
        assertThat(children).as("four members and the referee").hasSizeGreaterThanOrEqualTo(5);
        // Not SIGINT, which a test that runs in the background inherits as ignored.
        new ProcessBuilder("kill", "-TERM", Long.toString(roster.pid())).start().waitFor();
        assertThat(roster.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(roster.exitValue()).isEqualTo(143);
        // What was killed last may need a moment to be gone.
        for (ProcessHandle child : children) {
            String pid = Long.toString(child.pid());
            RosterProcess.await("the end of " + pid, () -> !RosterProcess.runs(pid));
        }
    }

    @Test
    void kept_histories_are_judged_again_with_the_same_outcome()
            throws IOException, InterruptedException {
        String said =
                output(0, "chaos", "--fault", "KILL_MEMBER", "--seed", "1", "--keep", "--json");
        String outcome = said.substring(said.indexOf("{\"good\""), said.lastIndexOf('}') + 1);
        assertThat(outcome)
                .contains("\"good\":true", "\"seed\":1", "\"KILL_MEMBER\":{\"times\":1")
                .contains("\"anomalies\":[]", "\"problems\":[]");
        String kept =
                said.substring(said.indexOf("The histories are in ") + 21)
                        .lines()
                        .findFirst()
                        .orElseThrow();
        assertThat(output(0, "chaos", "recheck", kept, "--json").strip()).isEqualTo(outcome);
    }

    @Test
    void a_plan_is_printed_and_nothing_else_is_done() throws IOException, InterruptedException {
        String plan = output(0, "chaos", "--store", "redis", "--seed", "7", "--plan");
        assertThat(plan).startsWith("seed 7").contains("FAILOVER", "SWALLOWED_REPLIES");
        assertThat(output(0, "chaos", "--store", "redis", "--seed", "7", "--plan")).isEqualTo(plan);
    }

    @Test
    void what_is_wrong_with_a_command_is_said() throws IOException, InterruptedException {
        assertThat(output(2, "chaos", "--store", "oracle"))
                .contains(
                        "No store is known as oracle",
                        "postgresql, pgbouncer, redis, etcd, etcd-cluster");
        assertThat(output(2, "chaos", "--members", "1")).contains("2 to 50 members");
        assertThat(output(2, "chaos", "recheck", folder.toString()))
                .contains("not the folder of a run");
    }
}
