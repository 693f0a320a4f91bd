package dev.roster.protocol.jobs;

import static dev.roster.protocol.jobs.Rig.FIVE_SECONDS;
import static dev.roster.protocol.jobs.Rig.SECOND;
import static dev.roster.protocol.jobs.Rig.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * How far back an owner reads, and how often. Where a store cannot tidy up, a reading passes over
 * all that was ever taken out between its ends.
 */
final class JobsSweepsTest {
    private static final long MINUTE = 60 * SECOND;
    private final Rig rig = new Rig();

    private long beginsAt(Reading.Want want) {
        return Objects.requireNonNull(want.from()).due();
    }

    /** A job a second, each done at once. */
    private void work(int seconds) {
        for (int n = 0; n < seconds; n++) {
            Spot spot = rig.submit("t", "");
            rig.go();
            rig.done(spot.id());
            rig.pass(SECOND);
        }
    }

    /** A job that begins within a time. */
    private void begins(int partition, long within) {
        Spot spot = new Spot(5, rig.now, "p%d-%d".formatted(partition, rig.submitted));
        rig.submitted++;
        rig.shelf(partition, Ledger.WORK).put(spot, job("t", "").toBytes());
        rig.machine.woken(partition);
        rig.pass(within);
        assertThat(rig.started).contains(spot.id());
        rig.done(spot.id());
    }

    private void ownAll(int partitions) {
        for (int partition = 0; partition < partitions; partition++) {
            rig.token++;
            rig.machine.owned(partition, rig.token, rig.now);
        }
        rig.go();
    }

    /** Where readings began in the rank that is worked in, but those from the very beginning. */
    private List<Long> begins() {
        List<Long> all = new ArrayList<>();
        for (Reading reading : rig.readings) {
            if (!reading.isSweep()) {
                for (Reading.Want want : reading.wants()) {
                    Spot from = want.from();
                    if (from != null && from.rank() == 5) {
                        all.add(from.due());
                    }
                }
            }
        }
        return all;
    }

    @Test
    void after_a_while_no_reading_of_what_is_due_begins_at_the_beginning() {
        rig.own(0);
        work(120);
        rig.readings.clear();
        long now = rig.now;
        work(20);
        assertThat(begins()).isNotEmpty().allMatch(due -> due > now - 40 * SECOND);
        assertThat(rig.readings).as("some from the very beginning").anyMatch(Reading::isSweep);
    }

    @Test
    void nor_when_all_is_done_and_nothing_comes() {
        rig.own(0);
        work(120);
        rig.pass(30 * SECOND);
        rig.readings.clear();
        long now = rig.now;
        rig.pass(MINUTE);
        assertThat(begins()).isNotEmpty().allMatch(due -> due > now - 40 * SECOND);
        begins(0, 1);
    }

    @Test
    void nor_does_a_long_job_make_them_begin_where_it_stands() {
        rig.own(0).submit("t", "");
        rig.go();
        work(120);
        rig.readings.clear();
        long now = rig.now;
        work(20);
        assertThat(begins()).isNotEmpty().allMatch(due -> due > now - 40 * SECOND);
        assertThat(rig.started.getFirst()).isEqualTo("j000");
    }

    @Test
    void whether_an_old_job_is_still_there_is_asked_of_its_place_alone() {
        rig.own(0);
        Spot old = rig.submit("t", "");
        rig.go();
        work(60);
        Spot young = rig.submit("t", "");
        rig.go();
        rig.shelf(Ledger.WORK).remove(old);
        rig.shelf(Ledger.WORK).remove(young);
        rig.readings.clear();
        rig.machine.looked(0);
        rig.go();
        assertThat(rig.effects)
                .contains(
                        new JobsEffect.Interrupt(rig.running("j000"), StopCause.CANCELLED),
                        new JobsEffect.Interrupt(rig.running(young.id()), StopCause.CANCELLED));
        List<Reading.Want> looks = new ArrayList<>();
        rig.readings.forEach(reading -> looks.addAll(reading.wants()));
        looks.removeIf(want -> want.kind != Reading.Kind.LOOK);
        assertThat(looks).hasSize(2);
        assertThat(looks.getFirst().to()).isEqualTo(Spot.first(5, old.due() + 1));
        assertThat(beginsAt(looks.getLast())).isEqualTo(young.due());
    }

    @Test
    void what_took_effect_late_is_found_by_whichever_reading_goes_so_far_back() {
        rig.own(0);
        work(60);
        rig.submit(5, rig.now - 20 * SECOND, job("t", ""));
        Spot late = rig.submit(5, rig.now - 3600 * SECOND, job("t", ""));
        rig.pass(6 * SECOND);
        assertThat(rig.started).contains("j060", late.id());
        rig.pass(10 * SECOND);
        assertThat(rig.started).doesNotHaveDuplicates();
    }

    @Test
    void what_took_effect_late_in_a_rank_that_nothing_is_in_is_found() {
        rig.own(0);
        work(60);
        rig.pass(MINUTE);
        rig.submit(5, rig.now - 20 * SECOND, job("t", ""));
        rig.submit(3, rig.now - 20 * SECOND, job("t", ""));
        rig.submit(5, rig.now - 3600 * SECOND, job("t", ""));
        rig.submit(3, rig.now - 3600 * SECOND, job("t", ""));
        rig.pass(6 * SECOND);
        assertThat(rig.started).hasSize(64).contains("j060", "j061", "j062", "j063");
    }

    @Test
    void where_it_is_slow_what_took_effect_late_in_an_unused_rank_is_found() {
        rig.takes = reading -> reading.isSweep() ? SECOND / 2 : 0;
        rig.own(0);
        work(120);
        rig.submit(3, rig.now - 20 * SECOND, job("t", ""));
        rig.pass(6 * SECOND);
        assertThat(rig.started).contains("j120");
    }

    @Test
    void the_slower_reading_from_the_beginning_is_the_rarer() {
        int[] sweeps = new int[1];
        long[] took = new long[1];
        rig.fails = reading -> reading.isSweep() && reading.parts().size() > 2;
        rig.takes =
                reading -> {
                    if (!reading.isSweep()) {
                        return 0;
                    }
                    sweeps[0]++;
                    // A second for each, or until it is given up.
                    long takes = Math.min(3, reading.parts().size()) * SECOND;
                    took[0] += takes;
                    return takes;
                };
        ownAll(4);
        rig.pass(3600 * SECOND);
        assertThat(sweeps[0]).isBetween(40, 80);
        assertThat(took[0]).as("one part in fifty").isLessThan(3600 * SECOND / 45);
        Spot late = rig.submit(5, rig.now - 3600 * SECOND, job("t", ""));
        rig.pass(5 * MINUTE);
        assertThat(rig.started).contains(late.id());
    }

    @Test
    void where_it_became_quick_again_all_are_read_together_soon() {
        rig.takes = reading -> reading.isSweep() ? 2 * SECOND : 0;
        ownAll(4);
        rig.pass(20 * MINUTE);
        rig.readings.clear();
        rig.takes = unused -> 0;
        rig.pass(5 * MINUTE);
        rig.readings.clear();
        rig.pass(MINUTE);
        List<Reading> sweeps = rig.readings.stream().filter(Reading::isSweep).toList();
        assertThat(sweeps).hasSizeBetween(10, 13).allMatch(reading -> reading.parts().size() == 4);
    }

    @Test
    void when_it_cannot_be_read_from_the_beginning_all_else_goes_on() {
        rig.fails = Reading::isSweep;
        rig.takes = reading -> reading.isSweep() ? 3 * SECOND : 0;
        ownAll(4);
        for (int n = 0; n < 60; n++) {
            begins(n % 4, 4 * SECOND);
            rig.pass(10 * SECOND);
        }
        long sweeps = rig.readings.stream().filter(Reading::isSweep).count();
        assertThat(sweeps).isBetween(3L, 8L);
    }

    private boolean isFirst(Reading reading) {
        return reading.wants().stream()
                .anyMatch(want -> want.kind == Reading.Kind.DUE && beginsAt(want) == 0);
    }

    @Test
    void what_cannot_be_taken_over_together_is_in_smaller_parts() {
        rig.concurrency = 100;
        rig.machine = rig.machine();
        for (int partition = 0; partition < 32; partition++) {
            Spot spot = new Spot(5, rig.now - SECOND, "first" + partition);
            rig.shelf(partition, Ledger.WORK).put(spot, job("t", "").toBytes());
        }
        List<Integer> tried = new ArrayList<>();
        rig.fails = reading -> isFirst(reading) && reading.parts().size() > 1;
        rig.takes =
                reading -> {
                    if (!isFirst(reading)) {
                        return 0;
                    }
                    tried.add(reading.parts().size());
                    return 2 * SECOND;
                };
        ownAll(32);
        rig.pass(5 * MINUTE);
        assertThat(tried).startsWith(32, 16, 8, 4, 2, 1);
        assertThat(rig.started).hasSize(32);
    }

    @Test
    void what_cannot_be_read_at_all_holds_up_no_others() {
        rig.own(0);
        work(10);
        rig.fails =
                reading ->
                        reading.wants().stream()
                                .anyMatch(want ->
                                        want.part.partition == 1 && want.kind == Reading.Kind.DUE);
        rig.takes = reading -> rig.fails.test(reading) ? 3 * SECOND : 0;
        rig.token++;
        rig.machine.owned(1, rig.token, rig.now);
        rig.go();
        for (int n = 0; n < 20; n++) {
            begins(0, 7 * SECOND);
        }
    }

    @Test
    void a_key_keeps_its_order_when_a_submit_took_twenty_seconds() {
        rig.with(new TaskSettings(0, TaskSettings.Order.BLOCK, 1, 3, FIVE_SECONDS, 0)).own(0);
        work(60);
        rig.fails = Reading::isSweep;
        submitLate();
        rig.pass(7 * SECOND);
        assertThat(rig.started).endsWith("j060");
        rig.done("j060");
        assertThat(rig.started).endsWith("j061");
    }

    @Test
    void also_when_nothing_could_be_read_for_a_while() {
        rig.with(new TaskSettings(0, TaskSettings.Order.BLOCK, 1, 3, FIVE_SECONDS, 0)).own(0);
        work(60);
        rig.fails = unused -> true;
        submitLate();
        rig.pass(2 * MINUTE);
        rig.fails = Reading::isSweep;
        rig.pass(SECOND);
        assertThat(rig.started).endsWith("j060");
        rig.done("j060");
        assertThat(rig.started).endsWith("j061");
    }

    private void submitLate() {
        Spot first = rig.submit(5, rig.now - 20 * SECOND, job("t", "a"));
        long due = Punctuality.notBefore(first.due(), rig.now);
        rig.submit(5, due, job("t", "a"));
    }

    @Test
    void what_waits_for_a_task_that_went_on_is_found_though_it_is_old() {
        rig.own(0);
        Spot old = rig.submit("strange", "");
        work(60);
        rig.machine.paused(false, Set.of("t"), rig.now);
        Spot paused = rig.submit("t", "");
        rig.pass(5 * MINUTE);
        assertThat(rig.machine.unknownTasks()).containsExactly("strange");
        rig.machine.paused(false, Set.of(), rig.now);
        rig.go();
        assertThat(rig.started).endsWith(paused.id());
        rig.machine.others(Set.of("strange"), rig.now);
        rig.done(paused.id());
        rig.pass(SECOND);
        assertThat(rig.effects).contains(new JobsEffect.Pass(0, rig.token, Set.of("strange")));
        assertThat(rig.value(Ledger.WORK, old)).isNotEqualTo(Bytes.EMPTY);
    }
}
