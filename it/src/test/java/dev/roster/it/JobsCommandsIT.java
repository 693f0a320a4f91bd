package dev.roster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.Commit;
import dev.roster.CommitResult;
import dev.roster.Operation;
import dev.roster.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code roster jobs} changes of a queue, with real processes on SQLite. */
@Timeout(300)
final class JobsCommandsIT {
    @TempDir private Path folder = Path.of("");

    private String roster(String... arguments) throws IOException, InterruptedException {
        return RosterProcess.output(folder, arguments);
    }

    private void fails(int exit, String message, String... arguments)
            throws IOException, InterruptedException {
        try (RosterProcess process = RosterProcess.start(folder, arguments)) {
            assertThat(process.exitCode()).as(process.errors()).isEqualTo(exit);
            assertThat(process.errors() + process.output()).contains(message);
        }
    }

    private List<String> lines(String file) {
        return RosterProcess.read(folder.resolve(file)).lines().toList();
    }

    @Test
    void aQueueIsMadeWithANumberOfPartitionsThatStays() throws IOException, InterruptedException {
        assertThat(roster("jobs", "create", "mail", "--partitions", "1"))
                .isEqualTo("queue mail, 1 partitions\n");
        assertThat(roster("jobs", "create", "mail", "--partitions", "1", "--json"))
                .isEqualTo("{\"queue\":\"mail\",\"partitions\":1}\n");
        fails(1, "with 1 partitions", "jobs", "create", "mail", "--partitions", "8");
        fails(1, "1 to 10000", "jobs", "create", "other", "--partitions", "0");
        fails(2, "QUEUE", "jobs", "create");
        assertThat(roster("jobs", "submit", "-Q", "mail", "t")).startsWith("0:");
    }

    @Test
    void recurringJobsAreAddedShownPausedTriggeredAndRemoved()
            throws IOException, InterruptedException {
        String[] nightly = {
            "jobs",
            "recurring",
            "add",
            "nightly",
            "report",
            "all of it",
            "--cron",
            "30 3 * * *",
            "--zone",
            "Europe/Berlin",
            "--missed",
            "all",
            "--at-most",
            "7",
            "--key",
            "k",
            "--expires",
            "6h"
        };
        assertThat(roster(nightly))
                .startsWith("nightly  report  key k  cron Europe/Berlin 30 3 * * *  next ");
        String before = roster("jobs", "recurring", "show", "nightly");
        assertThat(before)
                .contains("missed       all are made up for, the last 7", "next ")
                .doesNotContain("last job");
        roster(nightly);
        assertThat(roster("jobs", "recurring", "show", "nightly")).isEqualTo(before);
        roster("jobs", "recurring", "add", "tick", "echo", "tock", "--every", "1s");
        assertThat(roster("jobs", "recurring", "list", "--json").lines().toList())
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .contains(
                                                "\"name\":\"nightly\"",
                                                "\"paused\":false",
                                                "\"missed\":\"all\",\"atMost\":7",
                                                "\"last\":null,\"lastJob\":null"),
                        second ->
                                assertThat(second)
                                        .contains(
                                                "\"schedule\":\"every PT1S\"",
                                                "\"missed\":\"last\""));
        assertThat(roster("jobs", "recurring", "pause", "nightly")).isEqualTo("nightly: paused\n");
        assertThat(roster("jobs", "recurring", "list")).contains("30 3 * * *  paused");
        String id = roster("jobs", "recurring", "trigger", "nightly").strip();
        assertThat(roster("jobs", "show", id))
                .contains("task         report", "header       roster-schedule=nightly")
                .doesNotContain("roster-fire-time");
        assertThat(roster("jobs", "show", "--payload", id)).isEqualTo("all of it");
        try (RosterProcess worker =
                RosterProcess.start(
                        folder, "jobs", "work", "--task", "echo=read p; echo \"$p\" >> out")) {
            RosterProcess.await("it runs by itself", () -> lines("out").size() >= 2);
            worker.terminate();
            assertThat(worker.exitCode()).isEqualTo(143);
        }
        assertThat(lines("out")).containsOnly("tock");
        assertThat(roster("jobs", "recurring", "show", "tick", "--json"))
                .containsPattern("\"lastJob\":\"\\d+:tick:20");
        assertThat(roster("jobs", "recurring", "resume", "nightly"))
                .isEqualTo("nightly: resumed\n");
        assertThat(roster("jobs", "recurring", "remove", "tick", "--json"))
                .isEqualTo("{\"name\":\"tick\",\"removed\":true}\n");
        fails(3, "tick: not there", "jobs", "recurring", "remove", "nightly", "tick");
        assertThat(roster("jobs", "recurring", "list")).isEmpty();
        fails(1, "no recurring job \"tick\"", "jobs", "recurring", "trigger", "tick");
        fails(1, "no recurring job \"tick\"", "jobs", "recurring", "show", "tick");
    }

    @Test
    void aRecurringJobThatMakesNoSenseIsRefusedInPlainWords()
            throws IOException, InterruptedException {
        fails(2, "add, list, show", "jobs", "recurring");
        fails(2, "--every or --cron", "jobs", "recurring", "add", "a", "t");
        fails(
                2,
                "--zone goes with --cron",
                "jobs",
                "recurring",
                "add",
                "a",
                "t",
                "--every",
                "1s",
                "--zone",
                "UTC");
        fails(
                2,
                "--late goes with --missed skip",
                "jobs",
                "recurring",
                "add",
                "a",
                "t",
                "--every",
                "1s",
                "--late",
                "1m");
        fails(
                1,
                "No time zone",
                "jobs",
                "recurring",
                "add",
                "a",
                "t",
                "--cron",
                "0 0 * * *",
                "--zone",
                "Mars/Base");
        fails(1, "cannot be read", "jobs", "recurring", "add", "a", "t", "--cron", "never");
        fails(1, "PT1S", "jobs", "recurring", "add", "a", "t", "--every", "10ms");
        fails(1, "name", "jobs", "recurring", "add", "a b", "t", "--every", "1s");
        fails(1, "no queue", "jobs", "recurring", "list", "-Q", "nowhere");
    }

    @Test
    void aQueueAndATaskArePausedAndLimitedAndGoOn() throws IOException, InterruptedException {
        roster("jobs", "submit", "rests");
        roster("jobs", "submit", "goes");
        roster("jobs", "pause", "--task", "rests");
        assertThat(roster("jobs", "stats")).contains("task rests: 1, paused");
        try (RosterProcess worker =
                RosterProcess.start(
                        folder,
                        "jobs",
                        "work",
                        "--task",
                        "rests=echo rests >> runs",
                        "--task",
                        "goes=echo goes >> runs")) {
            RosterProcess.await("the other task", () -> lines("runs").size() == 1);
            roster("jobs", "pause");
            assertThat(roster("jobs", "stats")).startsWith("queue work, paused");
            // It has a limit by the time it goes on, so what is seen is seen by the worker, too.
            roster("jobs", "limit", "3600000");
            assertThat(roster("jobs", "stats", "--json")).contains("\"perHour\":3600000");
            roster("jobs", "resume", "--task", "rests");
            roster("jobs", "submit", "goes");
            assertThat(lines("runs")).containsExactly("goes");
            roster("jobs", "resume");
            RosterProcess.await("all", () -> lines("runs").size() == 3);
            roster("jobs", "limit", "0");
            worker.terminate();
            assertThat(worker.exitCode()).isEqualTo(143);
        }
        assertThat(lines("runs")).containsExactlyInAnyOrder("goes", "goes", "rests");
        assertThat(roster("jobs", "stats"))
                .startsWith("queue work\n")
                .contains("due    0")
                .doesNotContain("limit");
        fails(1, "-1", "jobs", "limit", "--", "-1");
    }

    @Test
    void deadLettersAreDroppedOneByOneOrAll() throws IOException, InterruptedException {
        Files.write(folder.resolve("payloads"), List.of("a", "b", "c"));
        List<String> ids = roster("jobs", "submit", "bad", "--lines", "payloads").lines().toList();
        String other = roster("jobs", "submit", "worse").strip();
        try (RosterProcess worker =
                RosterProcess.start(
                        folder,
                        "jobs",
                        "work",
                        "--until-empty",
                        "--task",
                        "bad=exit 65",
                        "--task",
                        "worse=exit 65")) {
            assertThat(worker.exitCode()).isEqualTo(3);
        }
        assertThat(roster("jobs", "drop", ids.getFirst()))
                .isEqualTo(ids.getFirst() + ": dropped\n");
        fails(3, "not there", "jobs", "drop", ids.getFirst());
        assertThat(roster("jobs", "drop", "--task", "bad", "--json"))
                .isEqualTo("{\"dropped\":2}\n");
        assertThat(roster("jobs", "list", "--state", "dead")).contains(other).hasLineCount(1);
        assertThat(roster("jobs", "drop", "--all")).isEqualTo("1 jobs dropped\n");
        assertThat(roster("jobs", "list", "--state", "dead")).isEmpty();
        fails(2, "one of them", "jobs", "drop");
        fails(2, "one of them", "jobs", "drop", "--all", other);
    }

    @Test
    void jobsOfAKeyAreDoneInOrderThoughOneHasToBeTriedAgain()
            throws IOException, InterruptedException {
        Files.write(folder.resolve("payloads"), List.of("one", "two", "three"));
        roster("jobs", "submit", "line", "--key", "k", "--lines", "payloads");
        try (RosterProcess worker =
                RosterProcess.start(
                        folder,
                        "jobs",
                        "work",
                        "--until-empty",
                        "-p",
                        "4",
                        "--task",
                        "line=read p; echo \"$p $ROSTER_ATTEMPT\" >> runs;"
                                + " case $p$ROSTER_ATTEMPT in one1|one2|two1) exit 1;; esac",
                        "--order",
                        "block",
                        "--backoff",
                        "10ms")) {
            assertThat(worker.exitCode()).as(worker.errors()).isZero();
        }
        assertThat(lines("runs"))
                .containsExactly("one 1", "one 2", "one 3", "two 1", "two 2", "three 1");
    }

    @Test
    void whatAFrozenWorkerFinishedIsNotDoneOnceAnotherHasTheJob()
            throws IOException, InterruptedException {
        roster("jobs", "create", "work", "--partitions", "1");
        String id = roster("jobs", "submit", "wait").strip();
        String program =
                "wait=echo $ROSTER_MEMBER >> runs; touch running-$ROSTER_MEMBER;"
                        + " until [ -e end-$ROSTER_MEMBER ]; do sleep 0.05; done;"
                        + " touch ended-$ROSTER_MEMBER";
        String[] work = {
            "jobs", "work", "--lease", "8s", "--task", program, "--history", "h", "--name", "n"
        };
        work[7] = "history-frozen";
        work[9] = "frozen";
        try (RosterProcess frozen = RosterProcess.start(folder, work)) {
            RosterProcess.await("it runs", () -> Files.exists(folder.resolve("running-frozen")));
            freezeOutsideOfATransaction(frozen);
            Files.createFile(folder.resolve("end-frozen"));
            RosterProcess.await(
                    "its program ended well", () -> Files.exists(folder.resolve("ended-frozen")));
            work[7] = "history-other";
            work[9] = "other";
            try (RosterProcess other = RosterProcess.start(folder, work)) {
                RosterProcess.await(
                        "it runs elsewhere", () -> Files.exists(folder.resolve("running-other")));
                frozen.signal("CONT");
                RosterProcess.await(
                        "it knows that it lost it",
                        () ->
                                lines("history-frozen").stream()
                                        .anyMatch(line -> line.contains("\"lost\"")));
                RosterProcess.await(
                        "and joined again",
                        () ->
                                lines("history-frozen").stream()
                                                .filter(line -> line.contains("\"joined\""))
                                                .count()
                                        == 2);
                assertThat(roster("jobs", "show", id))
                        .as("what it says is refused")
                        .contains("state        waiting");
                Files.createFile(folder.resolve("end-other"));
                RosterProcess.await(
                        "it is done",
                        () -> Files.exists(folder.resolve("ended-other")) && isDone(id));
                other.terminate();
                assertThat(other.exitCode()).isEqualTo(143);
            }
        }
        assertThat(lines("runs")).containsExactly("frozen", "other");
        assertThat(roster("jobs", "list", "--state", "done")).contains(id).hasLineCount(1);
    }

    /** A process that stands still within a transaction keeps all others from the database. */
    private void freezeOutsideOfATransaction(RosterProcess process)
            throws IOException, InterruptedException {
        Commit any = new Commit(null, List.of(), List.of(new Operation.Put("any", Bytes.EMPTY)));
        try (Store store = Store.open("sqlite:" + folder.resolve("work.db"))) {
            process.signal("STOP");
            while (!(store.commit(any) instanceof CommitResult.Applied)) {
                process.signal("CONT");
                Thread.sleep(200);
                process.signal("STOP");
            }
        }
    }

    private boolean isDone(String id) {
        try {
            return roster("jobs", "show", id).contains("state        done");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
