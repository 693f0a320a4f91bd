package dev.roster.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code roster jobs} with real processes on SQLite. */
@Timeout(300)
final class JobsIT {
    /** Goes on from its checkpoint, counts, and tells how far it is. */
    private static final String COUNTING =
            """
            n=${ROSTER_JOB_CHECKPOINT:-0}
            echo "$ROSTER_MEMBER attempt $ROSTER_ATTEMPT from $n" >> runs
            while [ $n -lt 1000 ] && ! [ -e end ]; do
                n=$((n + 1))
                echo "checkpoint $n" > "$ROSTER_JOB_OUT"
                echo "progress $((n / 10)) line $n" > "$ROSTER_JOB_OUT"
                sleep 0.05
            done
            """;

    private static final Pattern CHECKPOINT = Pattern.compile("\ncheckpoint +(\\d+)\n");

    @TempDir private Path folder = Path.of("");

    private String roster(String... arguments) throws IOException, InterruptedException {
        return RosterProcess.output(folder, arguments);
    }

    private List<String> lines(String file) {
        return RosterProcess.read(folder.resolve(file)).lines().toList();
    }

    @Test
    void aProgramGetsItsPayloadAndSaysHowFarItIs() throws IOException, InterruptedException {
        String hostile = "$(touch harm) '\"; touch harm\nsecond line";
        String id = roster("jobs", "submit", "echo", hostile, "--key", "a b", "--header", "h=v");
        assertThat(roster("jobs", "list")).contains(id.strip() + "  echo  key a b");
        String script =
                """
                printf '<%s|%s|%s>' "$(cat)" "$ROSTER_KEY" "$ROSTER_JOB_HEADERS"
                echo "progress 40 nearly" > "$ROSTER_JOB_OUT"
                echo "checkpoint at line 7" > "$ROSTER_JOB_OUT"
                [ "$ROSTER_JOB_CHECKPOINT" = "at line 7" ]
                """;
        try (RosterProcess worker =
                RosterProcess.start(
                        folder,
                        "jobs",
                        "work",
                        "--until-empty",
                        "--backoff",
                        "10ms",
                        "--task",
                        "echo",
                        "--",
                        "sh",
                        "-c",
                        script)) {
            assertThat(worker.exitCode()).as(worker.errors()).isZero();
            String once = "<" + hostile + "|a b|{\"h\":\"v\"}>\n";
            assertThat(worker.output()).as(worker.errors()).isEqualTo(once + once);
        }
        assertThat(folder.resolve("harm")).doesNotExist();
        assertThat(roster("jobs", "show", id.strip()))
                .contains("state        done", "attempts     2 made");
        assertThat(roster("jobs", "stats")).contains("due    0", "dead   0");
    }

    @Test
    void whatFailsIsKeptWithWhatItSaidAndCanBeTriedAgain()
            throws IOException, InterruptedException {
        Files.write(folder.resolve("payloads"), List.of("good", "weak", "", "wrong"));
        List<String> ids = roster("jobs", "submit", "try", "--lines", "payloads").lines().toList();
        assertThat(ids).hasSize(3);
        String[] work = {
            "jobs",
            "work",
            "--until-empty",
            "--task",
            "try=read p; echo \"$p\" >> runs; [ -e mended ] && exit; echo \"$p indeed\" >&2;"
                    + " case $p in weak) exit 7;; wrong) exit 65;; esac",
            "--attempts",
            "3",
            "--backoff",
            "10ms"
        };
        try (RosterProcess worker = RosterProcess.start(folder, work)) {
            assertThat(worker.exitCode()).as(worker.errors()).isEqualTo(3);
        }
        assertThat(lines("runs"))
                .containsExactlyInAnyOrder("good", "weak", "weak", "weak", "wrong");
        assertThat(roster("jobs", "list", "--state", "dead"))
                .contains(
                        "3 attempts failed  (exit code 7: weak indeed)",
                        "1 attempts failed  (exit code 65: wrong indeed)")
                .doesNotContain("good");
        assertThat(roster("jobs", "list", "--state", "done")).contains(ids.getFirst());
        assertThat(roster("jobs", "show", ids.get(1), "--payload")).isEqualTo("weak");
        Files.createFile(folder.resolve("mended"));
        assertThat(roster("jobs", "retry", "--task", "try")).contains("2 jobs retried");
        try (RosterProcess worker = RosterProcess.start(folder, work)) {
            assertThat(worker.exitCode()).as(worker.errors()).isZero();
        }
        assertThat(roster("jobs", "list", "--state", "done").lines()).hasSize(3);
        assertThat(roster("jobs", "stats", "--json")).contains("\"due\":0", "\"dead\":0");
    }

    @Test
    void cancellingARunningJobStopsItsProgram() throws IOException, InterruptedException {
        String id = roster("jobs", "submit", "wait").strip();
        String later = roster("jobs", "submit", "wait", "--delay", "1h").strip();
        try (RosterProcess worker =
                RosterProcess.start(
                        folder,
                        "jobs",
                        "work",
                        "--parallel",
                        "1",
                        "--task",
                        "wait=trap 'echo TERM >> signals; exit 0' TERM; echo $$ > pid;"
                                + " while :; do sleep 0.1; done",
                        "--task",
                        "next=echo next > next")) {
            RosterProcess.await("the program", () -> !lines("pid").isEmpty());
            assertThat(roster("jobs", "cancel", id, later))
                    .contains(id + ": cancelled", later + ": cancelled");
            RosterProcess.await("its end", () -> !RosterProcess.runs(lines("pid").getFirst()));
            roster("jobs", "submit", "next");
            RosterProcess.await("its place is another's", () -> !lines("next").isEmpty());
            worker.terminate();
            assertThat(worker.exitCode()).isEqualTo(143);
        }
        assertThat(lines("signals")).containsExactly("TERM");
        assertThat(roster("jobs", "list", "--state", "cancelled")).contains(id, later);
        try (RosterProcess again = RosterProcess.start(folder, "jobs", "cancel", id)) {
            assertThat(again.exitCode()).isEqualTo(3);
            assertThat(again.output()).contains(id + ": not there");
        }
    }

    @Test
    void aKilledWorkersJobGoesOnElsewhereFromItsCheckpoint()
            throws IOException, InterruptedException {
        String id = roster("jobs", "submit", "count").strip();
        String[] work = {"jobs", "work", "--lease", "2s", "--task", "count", "--name"};
        try (RosterProcess first = counting("first", work)) {
            RosterProcess.await("it runs", () -> !lines("runs").isEmpty());
            awaitCheckpoint(id, 5);
            first.kill();
            try (RosterProcess second = counting("second", work)) {
                // Whoever stood still for its lease has begun again by itself meanwhile.
                RosterProcess.await(
                        "it goes on", () -> lines("runs").getLast().startsWith("second "));
                String[] words = lines("runs").getLast().split(" ");
                assertThat(Integer.parseInt(words[4])).isGreaterThanOrEqualTo(5);
                Files.createFile(folder.resolve("end"));
                awaitState(id, "done");
                second.terminate();
                assertThat(second.exitCode()).isEqualTo(143);
            }
        }
    }

    private RosterProcess counting(String name, String... work) throws IOException {
        List<String> all = new ArrayList<>(List.of(work));
        all.addAll(List.of(name, "--", "sh", "-c", COUNTING));
        return RosterProcess.start(folder, all.toArray(String[]::new));
    }

    private void awaitCheckpoint(String id, int atLeast) throws IOException, InterruptedException {
        while (checkpoint(id) < atLeast) {
            Thread.onSpinWait();
        }
    }

    private int checkpoint(String id) throws IOException, InterruptedException {
        Matcher found = CHECKPOINT.matcher(roster("jobs", "show", id));
        return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }

    private void awaitState(String id, String state) throws IOException, InterruptedException {
        while (!roster("jobs", "show", id).contains("state        " + state)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aDrainBeginsNothingNewAndSpendsNoAttempt() throws IOException, InterruptedException {
        List<String> ids =
                List.of(
                        roster("jobs", "submit", "count").strip(),
                        roster("jobs", "submit", "count").strip());
        String[] work = {
            "jobs", "work", "-p", "1", "--history", "history", "--task", "count", "--name"
        };
        try (RosterProcess first = counting("first", work)) {
            // Either: the first to run is that of the partition that was read first.
            while (checkpoint(ids.getFirst()) == 0 && checkpoint(ids.getLast()) == 0) {
                Thread.onSpinWait();
            }
            first.terminate();
            assertThat(first.exitCode()).isEqualTo(143);
        }
        assertThat(lines("history")).filteredOn(line -> line.contains("\"start\"")).hasSize(1);
        for (String id : ids) {
            assertThat(roster("jobs", "show", id, "--json"))
                    .contains("\"state\":\"waiting\"", "\"attempts\":0", "\"errors\":[]");
        }
        Files.createFile(folder.resolve("end"));
        try (RosterProcess second = counting("second", work)) {
            for (String id : ids) {
                awaitState(id, "done");
            }
            second.terminate();
            assertThat(second.exitCode()).isEqualTo(143);
        }
        assertThat(lines("runs")).hasSize(3).allMatch(line -> line.contains("attempt 1 "));
        assertThat(lines("runs"))
                .filteredOn(line -> line.startsWith("second ") && !line.endsWith(" from 0"))
                .as("from where it was")
                .hasSize(1);
    }

    @Test
    void aJobThatKillsItsWorkerIsGivenUpAndItsNeighboursAreDone()
            throws IOException, InterruptedException {
        Files.write(
                folder.resolve("payloads"),
                IntStream.range(0, 20).mapToObj(n -> "job " + n).toList());
        roster("jobs", "submit", "append", "--key", "k", "--lines", "payloads");
        String id =
                roster("jobs", "submit", "kill", "--key", "k", "--priority", "4", "--attempts", "2")
                        .strip();
        String[] work = {
            "jobs",
            "work",
            "--until-empty",
            "--lease",
            "2s",
            "--task",
            "append=cat >> done; echo >> done",
            "--task",
            // Its own process replaced the one that waited for the word to begin.
            "kill=echo x >> kills; kill -9 $PPID; sleep 100"
        };
        int exit = 137;
        int workers = 0;
        while (exit == 137) {
            workers++;
            try (RosterProcess worker = RosterProcess.start(folder, work)) {
                exit = worker.exitCode();
                assertThat(exit).as(worker.errors()).isIn(137, 3);
            }
        }
        // Two ends that cost nothing make the next owner careful, then each costs an attempt; who
        // comes after that gives the job up, and does the rest.
        assertThat(workers).isBetween(3, 5);
        assertThat(lines("kills")).hasSize(workers - 1);
        assertThat(lines("done")).hasSizeGreaterThanOrEqualTo(20);
        assertThat(roster("jobs", "list", "--state", "done").lines()).hasSize(20);
        assertThat(roster("jobs", "list", "--state", "dead"))
                .startsWith("dead")
                .contains(id, "(the process that ran it ended, 2 times)")
                .hasLineCount(1);
    }
}
