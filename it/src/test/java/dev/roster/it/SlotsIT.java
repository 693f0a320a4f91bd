package dev.roster.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code roster slots} with real processes on SQLite. */
@Timeout(60)
final class SlotsIT {
    private static final String[] SLOTS = {
        "slots", "--lease", "5s", "--", "sh", "-c", "echo {slot}/{count} >> log; exec sleep 1000"
    };

    @TempDir private Path folder = Path.of("");

    @Test
    void aJoinRestartsEveryCommandWithItsNewSlot() throws IOException, InterruptedException {
        try (RosterProcess first = RosterProcess.start(folder, SLOTS)) {
            RosterProcess.await("one slot", () -> log().startsWith("0/1\n"));
            try (RosterProcess second = RosterProcess.start(folder, SLOTS)) {
                RosterProcess.await(
                        "two slots", () -> log().contains("0/2\n") && log().contains("1/2\n"));
                second.terminate();
                assertThat(second.exitCode()).isEqualTo(143);
            }
            RosterProcess.await("one slot again", () -> log().endsWith("0/1\n"));
            first.terminate();
            assertThat(first.exitCode()).isEqualTo(143);
        }
    }

    private String log() {
        return RosterProcess.read(folder.resolve("log"));
    }
}
