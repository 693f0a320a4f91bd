package dev.roster.protocol.jobs;

import static dev.roster.protocol.jobs.Rig.FIVE_SECONDS;
import static dev.roster.protocol.jobs.Rig.SECOND;
import static dev.roster.protocol.jobs.Rig.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.protocol.CorruptRecordException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a partition goes to a consumer that has a task which this one has not. */
class JobsPassedOnTest {
    private final Rig rig = new Rig();

    private List<JobsEffect.Pass> passes() {
        return rig.effects.stream()
                .filter(JobsEffect.Pass.class::isInstance)
                .map(JobsEffect.Pass.class::cast)
                .toList();
    }

    private void others(String... tasks) {
        rig.machine.others(Set.of(tasks), rig.now);
        rig.go();
    }

    @Test
    void a_task_that_nobody_has_stays() {
        rig.own(0);
        rig.submit("strange", "");
        others("t");
        rig.pass(60 * SECOND);
        assertThat(passes()).isEmpty();
        assertThat(rig.machine.unknownTasks()).containsExactly("strange");
    }

    @Test
    void a_partition_without_other_work_goes_at_once_to_who_has_the_task() {
        rig.own(0);
        rig.submit("strange", "");
        rig.go();
        others("strange", "another");
        assertThat(passes()).containsExactly(new JobsEffect.Pass(0, rig.token, Set.of("strange")));
        rig.machine.drain(0, rig.token, rig.now);
        rig.go();
        assertThat(rig.released).containsExactly(0);
    }

    @Test
    void it_goes_too_when_the_other_was_there_before() {
        others("strange");
        rig.own(0);
        rig.submit("strange", "");
        rig.pass(2 * SECOND);
        assertThat(passes()).hasSize(1);
    }

    @Test
    void what_runs_ends_first_and_nothing_begins() {
        rig.concurrency = 1;
        rig.machine = rig.machine();
        others("strange");
        rig.own(0);
        rig.submit("t", "");
        rig.submit("t", "");
        rig.submit("strange", "");
        rig.pass(Passes.TURN + SECOND / 10);
        assertThat(passes()).isEmpty();
        rig.done("j000");
        assertThat(rig.started).containsExactly("j000");
        assertThat(passes()).hasSize(1);
        assertThat(rig.effects).noneMatch(JobsEffect.Interrupt.class::isInstance);
    }

    @Test
    void who_has_something_to_do_keeps_it_for_a_turn() {
        others("strange");
        rig.own(0);
        rig.submit("strange", "");
        for (int n = 0; rig.now < Rig.BEGIN + Passes.TURN - SECOND / 10; n++) {
            Spot spot = rig.submit("t", "");
            rig.go();
            assertThat(passes()).isEmpty();
            rig.pass(SECOND / 20);
            if (n > 0) {
                rig.done(rig.running.getFirst().spot().id());
            }
            assertThat(rig.shelf(Ledger.WORK)).containsKey(spot);
        }
        rig.pass(SECOND / 5);
        while (!rig.running.isEmpty()) {
            rig.done(rig.running.getFirst().spot().id());
        }
        assertThat(passes()).hasSize(1);
    }

    @Test
    void a_job_that_is_being_marked_when_care_ends_begins_all_the_same() {
        rig.submit("t", "");
        rig.submit("strange", "");
        for (int n = 0; n < 3; n++) {
            rig.crashAndTakeOver();
            rig.pass(2 * SECOND);
        }
        others("strange");
        assertThat(passes()).isEmpty();
        JobRun culprit = rig.running("j000");
        rig.running.remove(culprit);
        rig.machine.ended(culprit, new Outcome.Failed("no good", "", true), rig.now);
        // It was the one that ended its processes.
        Objects.requireNonNull(rig.machine.parts.get(0)).suspects.add("j000");
        Flush end = rig.flush();
        rig.submit("t", "");
        rig.machine.woken(0);
        rig.read(rig.reading());
        rig.write(end);
        rig.pass(SECOND);
        assertThat(rig.started).endsWith("j002");
        rig.done("j002");
        assertThat(passes()).hasSize(1);
    }

    @Test
    void if_nobody_takes_it_over_it_goes_on_here_and_is_offered_again() {
        others("strange");
        rig.own(0);
        rig.submit("strange", "");
        rig.pass(SECOND);
        assertThat(passes()).hasSize(1);
        rig.submit("t", "");
        rig.pass(Passes.MOVE + SECOND);
        assertThat(rig.started).containsExactly("j001");
        rig.done("j001");
        rig.pass(Passes.AGAIN + SECOND);
        assertThat(passes()).hasSize(2);
    }

    @Test
    void what_runs_for_long_is_not_waited_for_and_keeps_its_key() {
        rig.with(new TaskSettings(0, TaskSettings.Order.BLOCK, 1, 3, FIVE_SECONDS, 0));
        others("strange");
        rig.own(0);
        rig.submit("t", "a");
        rig.submit("t", "a");
        rig.submit("t", "b");
        rig.submit("strange", "");
        rig.go();
        rig.done("j002");
        rig.pass(Passes.TURN + Passes.WAIT - SECOND);
        rig.submit("t", "b");
        rig.go();
        assertThat(rig.started).containsExactly("j000", "j002");
        rig.pass(2 * SECOND);
        assertThat(passes()).isEmpty();
        assertThat(rig.started).as("others go on").containsExactly("j000", "j002", "j004");
        rig.done("j000");
        assertThat(rig.started).endsWith("j001");
    }

    @Test
    void a_failed_job_of_a_key_still_blocks_when_it_goes_on_here() {
        rig.with(new TaskSettings(0, TaskSettings.Order.BLOCK, 1, 9, FIVE_SECONDS, 0));
        others("strange");
        rig.own(0);
        rig.submit("t", "a");
        rig.submit("t", "a");
        rig.submit("strange", "");
        rig.pass(Passes.TURN + SECOND);
        rig.fail("j000");
        assertThat(passes()).hasSize(1);
        rig.pass(Passes.MOVE + SECOND);
        rig.pass(10 * SECOND);
        assertThat(rig.started).containsExactly("j000", "j000");
    }

    @Test
    void what_rests_does_not_move_anything() {
        others("strange");
        rig.machine.paused(false, Set.of("strange"), rig.now);
        rig.own(0);
        rig.submit("strange", "");
        rig.pass(20 * SECOND);
        assertThat(passes()).isEmpty();
        rig.machine.paused(true, Set.of(), rig.now);
        rig.pass(20 * SECOND);
        assertThat(passes()).isEmpty();
        rig.machine.paused(false, Set.of(), rig.now);
        rig.pass(6 * SECOND);
        assertThat(passes()).hasSize(1);
    }

    @Test
    void who_does_not_know_what_made_owners_crash_keeps_the_care_for_the_next() {
        rig.tasks.put("strange", Rig.PLAIN);
        rig.machine = rig.machine();
        rig.own(0);
        rig.submit(5, rig.now, job("strange", ""));
        rig.go();
        rig.crashAndTakeOver();
        rig.tasks.remove("strange");
        rig.crashAndTakeOver();
        assertThat(rig.started).containsExactly("j000", "j000");
        others("strange");
        assertThat(passes()).hasSize(1);
        rig.machine.drain(0, rig.token, rig.now);
        rig.go();
        rig.tasks.put("strange", Rig.PLAIN);
        rig.machine = rig.machine();
        rig.submit(5, rig.now, job("t", ""));
        rig.own(0);
        assertThat(rig.started).as("alone, with care").containsExactly("j000", "j000", "j000");
        assertThat(rig.shelf(Ledger.PROGRESS)).as("the partition's, and its mark").hasSize(2);
    }

    @Test
    void what_is_gone_moves_nothing() {
        rig.own(0);
        Spot spot = rig.submit("strange", "");
        rig.go();
        rig.shelf(Ledger.WORK).remove(spot);
        rig.pass(20 * SECOND);
        others("strange");
        rig.pass(20 * SECOND);
        assertThat(passes()).isEmpty();
    }

    @Test
    void who_left_takes_its_tasks_along() {
        others("strange");
        others();
        rig.own(0);
        rig.submit("strange", "");
        rig.pass(20 * SECOND);
        assertThat(passes()).isEmpty();
    }

    @Test
    void a_running_job_can_be_cancelled_while_it_is_waited_for() {
        others("strange");
        rig.own(0);
        Spot spot = rig.submit("t", "");
        rig.submit("strange", "");
        rig.pass(Passes.TURN + SECOND);
        rig.shelf(Ledger.WORK).remove(spot);
        rig.machine.looked(0);
        rig.go();
        assertThat(rig.effects)
                .contains(new JobsEffect.Interrupt(rig.running("j000"), StopCause.CANCELLED));
    }

    @Test
    void what_consumers_say_of_themselves_is_read_as_it_was_written()
            throws CorruptRecordException {
        ConsumerRecord record = new ConsumerRecord(new java.util.TreeSet<>(Set.of("b", "a")));
        assertThat(ConsumerRecord.parse(record.toBytes())).isEqualTo(record);
    }
}
