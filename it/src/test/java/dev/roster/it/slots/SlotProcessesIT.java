package dev.roster.it.slots;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The acceptance tests M4, M5 and M7 with real processes on SQLite. */
@Timeout(120)
final class SlotProcessesIT {
    private final List<SlotProcess> all = new ArrayList<>();

    @TempDir private Path folder = Path.of("");

    @BeforeEach
    void threeProcesses() throws IOException, InterruptedException {
        String url = "sqlite:" + folder.resolve("slots.db");
        for (String name : List.of("a", "b", "c")) {
            all.add(SlotProcess.start(name, url));
            // One after the other, so that the first in rank is known.
            SlotProcess last = all.getLast();
            await("a slot of " + name, () -> !last.slot().isEmpty());
        }
        await("three slots", () -> haveSlots(all));
    }

    @AfterEach
    void end() throws InterruptedException {
        for (SlotProcess process : all) {
            process.end();
        }
    }

    /** Whether these have all the slots of a view of as many. */
    private static boolean haveSlots(List<SlotProcess> processes) {
        TreeSet<String> wanted = new TreeSet<>();
        TreeSet<String> found = new TreeSet<>();
        for (int slot = 0; slot < processes.size(); slot++) {
            wanted.add(slot + "/" + processes.size());
            found.add(processes.get(slot).slot());
        }
        return found.equals(wanted);
    }

    @Test
    void m4_a_process_that_is_asked_to_end_leaves_within_a_second()
            throws IOException, InterruptedException {
        Duration first = untilTheRestHaveSlots(0, "TERM");
        assertThat(all.get(1).lines()).doesNotContain("LOST");
        // The least time between two changes of the view.
        Thread.sleep(500);
        Duration second = untilTheRestHaveSlots(1, "TERM");
        assertThat(all.get(2).lines()).doesNotContain("LOST");
        // The machine may have been slow during one of them.
        assertThat(List.of(first, second))
                .anyMatch(took -> took.compareTo(Duration.ofSeconds(1)) < 0);
    }

    /** How long after a signal to one of them those that came after it have their slots. */
    private Duration untilTheRestHaveSlots(int one, String signal)
            throws IOException, InterruptedException {
        List<SlotProcess> rest = all.subList(one + 1, all.size());
        long start = System.nanoTime();
        all.get(one).signal(signal);
        await("slots without " + one, () -> haveSlots(rest));
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void m5_a_kill_of_the_first_is_over_with_the_lease() throws IOException, InterruptedException {
        assertThat(untilTheRestHaveSlots(0, "KILL")).isLessThan(SlotMember.LEASE.plusSeconds(1));
        assertThat(all.get(1).lines()).doesNotContain("LOST");
        assertThat(all.get(2).lines()).doesNotContain("LOST");
    }

    @Test
    void m7_a_process_frozen_past_the_lease_is_fenced_told_and_makes_up_for_nothing()
            throws IOException, InterruptedException {
        SlotProcess frozen = all.getFirst();
        await("ticks", () -> ticks(frozen).size() > 3);
        freezeOutsideOfATransaction(frozen);
        int said = frozen.lines().size();
        frozen.signal("CONT");
        await("three slots again", () -> haveSlots(all));
        await("told", () -> frozen.lines().contains("LOST"));
        List<String> since = frozen.lines().subList(said, frozen.lines().size());
        assertThat(since).doesNotContain("WRITE Applied");
        await("refused", () -> frozen.lines().contains("WRITE Refused"));
        int before = ticks(frozen).size();
        await("ticks again", () -> ticks(frozen).size() > before + 3);
        List<Long> ticks = ticks(frozen);
        // A late one is soon followed by the next; those that were missed would come all at once.
        for (int tick = 3; tick < ticks.size(); tick++) {
            assertThat(ticks.get(tick) - ticks.get(tick - 3))
                    .as("ms between four ticks of %s", ticks)
                    .isGreaterThan(SlotMember.INTERVAL.toMillis() / 4);
        }
    }

    /** A process that stands still within a transaction keeps all others from the database. */
    private void freezeOutsideOfATransaction(SlotProcess process)
            throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 5; attempt++) {
            process.signal("STOP");
            List<SlotProcess> others = all.subList(1, 3);
            await(
                    "two slots, or a locked database",
                    () ->
                            haveSlots(others)
                                    || others.stream().anyMatch(other -> other.slot().isEmpty()));
            if (haveSlots(others)) {
                return;
            }
            process.signal("CONT");
            await("three slots after a locked database", () -> haveSlots(all));
        }
        throw new AssertionError("It stood still within a transaction each time.");
    }

    private static List<Long> ticks(SlotProcess process) {
        List<Long> ticks = new ArrayList<>();
        for (String line : process.lines()) {
            if (line.startsWith("TICK ")) {
                ticks.add(Long.valueOf(line.substring(5)));
            }
        }
        return ticks;
    }

    private void await(String what, BooleanSupplier check) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!check.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                List<List<String>> said = new ArrayList<>();
                all.forEach(process -> said.add(process.lines()));
                throw new AssertionError("Waited in vain for " + what + ": " + said);
            }
            Thread.sleep(5);
        }
    }
}
