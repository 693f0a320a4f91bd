package dev.roster.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerProcessTest {
    @TempDir private Path folder = Path.of("");

    private ServerProcess shell(String script) {
        return ServerProcess.start(folder.resolve("log"), folder, List.of("sh", "-c", script));
    }

    private void await(ServerProcess process, String file) {
        process.awaitReady(Duration.ofSeconds(60), () -> Files.exists(folder.resolve(file)));
    }

    private static String state(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
    }

    @Test
    void a_kill_reaches_the_children() throws IOException {
        try (ServerProcess server = shell("sleep 60 & echo $! > pid; touch ready; wait")) {
            await(server, "ready");
            long child = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
            assertThat(ProcessHandle.of(child)).hasValueSatisfying(ProcessHandle::isAlive);
            server.kill();
            assertThat(server.isAlive()).isFalse();
            assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();
        }
    }

    @Test
    void who_does_not_heed_the_stop_is_killed() {
        try (ServerProcess server = shell("trap '' TERM; touch ready; while :; do sleep 1; done")) {
            await(server, "ready");
            server.stop(Duration.ofMillis(200));
            assertThat(server.isAlive()).isFalse();
        }
    }

    @Test
    void a_pause_stops_and_a_resume_goes_on() throws IOException, InterruptedException {
        try (ServerProcess server = shell("touch ready; while :; do :; done")) {
            await(server, "ready");
            server.pause();
            long start = System.nanoTime();
            while (!state(server.pid()).equals("T") && System.nanoTime() - start < 5e9) {
                Thread.sleep(5);
            }
            assertThat(state(server.pid())).isEqualTo("T");
            server.resume();
            while (state(server.pid()).equals("T") && System.nanoTime() - start < 10e9) {
                Thread.sleep(5);
            }
            assertThat(state(server.pid())).isNotEqualTo("T");
        }
    }

    @Test
    void a_server_that_ends_at_its_start_shows_its_last_words() {
        try (ServerProcess server = shell("echo no such option")) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> server.awaitReady(Duration.ofSeconds(60), () -> false))
                    .withMessageContaining("no such option");
        }
    }

    @Test
    void a_program_is_found_on_the_path() {
        assertThat(Servers.find("sh")).isPresent();
        assertThat(Servers.find("no-such-program")).isEmpty();
    }
}
