package dev.roster.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code roster get}, {@code put}, {@code delete}, {@code tail} and {@code route} on SQLite. */
@Timeout(90)
final class ValuesIT {
    @TempDir private Path folder = Path.of("");

    @Test
    void what_is_put_is_got_and_told_to_who_follows() throws IOException, InterruptedException {
        try (RosterProcess tail = RosterProcess.start(folder, "tail", "settings", "--json")) {
            RosterProcess.output(folder, "put", "settings/begin", "0");
            RosterProcess.await("it follows", () -> tail.output().contains("settings/begin"));
            String version = RosterProcess.output(folder, "put", "settings/limit", "7").strip();
            assertThat(RosterProcess.output(folder, "get", "settings/limit")).isEqualTo("7");
            assertThat(RosterProcess.output(folder, "get", "settings/limit", "--json").strip())
                    .isEqualTo(
                            "{\"key\":\"settings/limit\",\"value\":\"7\",\"version\":%s}"
                                    .formatted(version));
            RosterProcess.output(folder, "put", "settings2", "no");
            RosterProcess.output(
                    folder, "put", "settings/limit", "8", "--expect", version, "--json");
            try (RosterProcess late =
                    RosterProcess.start(
                            folder, "put", "settings/limit", "9", "--expect", version)) {
                assertThat(late.exitCode()).isEqualTo(1);
                assertThat(late.errors()).contains("expected at version " + version);
            }
            RosterProcess.output(folder, "delete", "settings/limit");
            try (RosterProcess gone = RosterProcess.start(folder, "get", "settings/limit")) {
                assertThat(gone.exitCode()).isEqualTo(1);
                assertThat(gone.errors()).contains("does not exist");
            }
            RosterProcess.await(
                    "the deletion", () -> tail.output().contains("\"event\":\"deleted\""));
            assertThat(
                            tail.output()
                                    .lines()
                                    .skip(1)
                                    .map(line -> line.replaceAll("\"revision\":\\d+", "")))
                    .containsExactly(
                            "{\"event\":\"created\",\"key\":\"settings/limit\",,\"value\":\"7\"}",
                            "{\"event\":\"updated\",\"key\":\"settings/limit\",,\"value\":\"8\"}",
                            "{\"event\":\"deleted\",\"key\":\"settings/limit\",}");
        }
        assertThat(RosterProcess.output(folder, "tail", "", "--list").lines())
                .containsExactly("listed   settings/begin  0", "listed   settings2  no");
    }

    @Test
    void a_key_with_a_time_to_live_goes_and_one_without_stays()
            throws IOException, InterruptedException {
        try (RosterProcess tail =
                RosterProcess.start(folder, "tail", "sessions", "--expire", "--json")) {
            RosterProcess.output(folder, "put", "sessions/stays", "here");
            RosterProcess.output(folder, "put", "sessions/goes", "here", "--ttl", "300ms");
            RosterProcess.await(
                    "its removal",
                    () ->
                            tail.output()
                                    .contains("{\"event\":\"deleted\",\"key\":\"sessions/goes\""));
        }
        assertThat(RosterProcess.output(folder, "tail", "sessions", "--list").lines())
                .containsExactly("listed   sessions/stays  here");
        try (RosterProcess put =
                RosterProcess.start(folder, "put", "a-key", "x", "--ttl", "1s", "--expect", "0")) {
            assertThat(put.exitCode()).isEqualTo(1);
            assertThat(put.errors()).contains("one of --expect and --ttl");
        }
        try (RosterProcess put = RosterProcess.start(folder, "put", "a-key", "x", "--ttl", "1ms")) {
            assertThat(put.exitCode()).isEqualTo(1);
            assertThat(put.errors()).contains("The time to live is");
        }
    }

    @Test
    void a_key_of_a_list_is_not_routed_and_rosters_own_keys_are_not_written()
            throws IOException, InterruptedException {
        RosterProcess.output(folder, "keys", "add", "-d", "list", "k");
        try (RosterProcess route = RosterProcess.start(folder, "route", "-d", "list", "k")) {
            assertThat(route.exitCode()).isEqualTo(1);
            assertThat(route.errors()).contains("no division \"list\" yet");
        }
        try (RosterProcess put = RosterProcess.start(folder, "put", "g/group/era", "x")) {
            assertThat(put.exitCode()).isEqualTo(1);
            assertThat(put.errors()).contains("Roster's own");
        }
    }
}
