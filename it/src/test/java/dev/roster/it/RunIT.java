package dev.roster.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code roster run} with real processes on SQLite. */
@Timeout(60)
final class RunIT {
    /** A service that writes down its process and its child's, and does not heed SIGTERM. */
    private static final String STUBBORN =
            """
            sleep 1000 &
            echo $! > grandchild
            trap 'echo TERM >> signals' TERM
            echo $$ > child.tmp; mv child.tmp child
            while :; do sleep 0.1; done
            """;

    @TempDir private Path folder = Path.of("");

    @Test
    void threeProcessesDoEachKeyOnce() throws IOException, InterruptedException {
        List<String> keys = IntStream.range(0, 60).mapToObj(n -> "key " + n).toList();
        Files.write(folder.resolve("keys"), keys);
        List<RosterProcess> members = new ArrayList<>();
        for (int m = 0; m < 3; m++) {
            members.add(
                    RosterProcess.start(
                            folder,
                            "run",
                            "--keys",
                            "keys",
                            "--until-done",
                            "--history",
                            "history",
                            "--",
                            "sh",
                            "-c",
                            "echo \"$1\" >> done",
                            "sh",
                            "{}"));
        }
        for (RosterProcess member : members) {
            assertThat(member.exitCode()).as(member.errors()).isZero();
        }
        // One that is told to stop between its work and its end runs again elsewhere.
        assertThat(Files.readAllLines(folder.resolve("done"))).containsAll(keys);
        assertThat(Files.readAllLines(folder.resolve("history")))
                .filteredOn(line -> line.contains("\"exit\":0,\"stopped\":false"))
                .extracting(line -> line.replaceAll(".*\"key\":\"([^\"]*)\".*", "$1"))
                .containsExactlyInAnyOrderElementsOf(keys);
        assertThat(RosterProcess.output(folder, "status", "--json"))
                .contains("\"done\":60", "\"failed\":0", "\"members\":[]");
        members.forEach(RosterProcess::close);
    }

    @Test
    void killingRosterKillsWhatItRuns() throws IOException, InterruptedException {
        RosterProcess.output(folder, "keys", "add", "service");
        try (RosterProcess member =
                RosterProcess.start(folder, "run", "--keep", "--", "sh", "-c", STUBBORN)) {
            RosterProcess.await("the service", () -> Files.exists(folder.resolve("child")));
            member.kill();
            RosterProcess.await("the child's end", () -> !runs("child"));
            RosterProcess.await("the grandchild's end", () -> !runs("grandchild"));
        }
    }

    @Test
    void aHandoffTerminatesThenKillsAndOnlyThenMoves() throws IOException, InterruptedException {
        RosterProcess.output(folder, "keys", "add", "service");
        String[] run = {
            "run", "--keep", "--grace", "1s", "--history", "history", "--", "sh", "-c", STUBBORN
        };
        try (RosterProcess first = RosterProcess.start(folder, run)) {
            RosterProcess.await("the service", () -> Files.exists(folder.resolve("child")));
            String child = RosterProcess.read(folder.resolve("child"));
            try (RosterProcess second = RosterProcess.start(folder, run)) {
                RosterProcess.await(
                        "two members",
                        () ->
                                RosterProcess.read(folder.resolve("history"))
                                                .split("\"event\":\"joined\"", -1)
                                                .length
                                        == 3);
                Files.delete(folder.resolve("child"));
                first.terminate();
                assertThat(first.exitCode()).isEqualTo(143);
                RosterProcess.await("the move", () -> Files.exists(folder.resolve("child")));
                assertThat(RosterProcess.runs(child)).isFalse();
                second.terminate();
                assertThat(second.exitCode()).isEqualTo(143);
            }
        }
        assertThat(RosterProcess.read(folder.resolve("signals"))).startsWith("TERM");
        assertThat(Files.readAllLines(folder.resolve("history")))
                .filteredOn(line -> line.contains("\"key\":"))
                .extracting(line -> line.substring(10, line.indexOf('"', 10)))
                .containsExactly("start", "end", "start", "end");
    }

    @Test
    void failedKeysAreKeptAndCanBeRetried() throws IOException, InterruptedException {
        RosterProcess.output(folder, "keys", "add", "good", "bad");
        String[] run = {
            "run",
            "--until-done",
            "--attempts",
            "2",
            "--backoff",
            "50ms",
            "--",
            "sh",
            "-c",
            "[ $ROSTER_KEY = good ] || [ -e mended ]"
        };
        try (RosterProcess member = RosterProcess.start(folder, run)) {
            assertThat(member.exitCode()).isEqualTo(3);
            assertThat(member.errors()).contains("failed: bad (2 attempts): exit code 1");
        }
        assertThat(RosterProcess.output(folder, "keys", "list", "--state", "failed"))
                .contains("bad")
                .doesNotContain("good");
        Files.createFile(folder.resolve("mended"));
        RosterProcess.output(folder, "keys", "retry", "--failed");
        try (RosterProcess member = RosterProcess.start(folder, run)) {
            assertThat(member.exitCode()).as(member.errors()).isZero();
        }
    }

    @Test
    void aServiceThatEndsIsStartedAgain() throws IOException, InterruptedException {
        RosterProcess.output(folder, "keys", "add", "service");
        try (RosterProcess member =
                RosterProcess.start(
                        folder,
                        "run",
                        "--keep",
                        "--backoff",
                        "50ms",
                        "--",
                        "sh",
                        "-c",
                        "echo x >> starts")) {
            RosterProcess.await(
                    "three starts",
                    () -> RosterProcess.read(folder.resolve("starts")).length() >= 6);
            member.terminate();
            assertThat(member.exitCode()).isEqualTo(143);
        }
    }

    @Test
    void hostileKeysAreArgumentsAndNothingElse() throws IOException, InterruptedException {
        List<String> keys =
                List.of("$(touch harm)", "a 'b' \"c\"", "; touch harm", "-rf", "*", "`id`", "{}");
        Files.write(folder.resolve("keys"), keys);
        try (RosterProcess member =
                RosterProcess.start(
                        folder,
                        "run",
                        "--keys",
                        "keys",
                        "--until-done",
                        "--parallel",
                        "1",
                        "--",
                        "printf",
                        "<%s>\\n",
                        "{}")) {
            assertThat(member.exitCode()).as(member.errors()).isZero();
            assertThat(member.output().lines())
                    .containsExactlyInAnyOrderElementsOf(
                            keys.stream().map(key -> "<" + key + ">").toList());
        }
        assertThat(folder.resolve("harm")).doesNotExist();
        try (RosterProcess add = RosterProcess.start(folder, "keys", "add", "two\nlines")) {
            assertThat(add.exitCode()).isEqualTo(1);
            assertThat(add.errors()).contains("U+000A").doesNotContain("\tat ");
        }
    }

    private boolean runs(String file) {
        return RosterProcess.runs(RosterProcess.read(folder.resolve(file)));
    }
}
