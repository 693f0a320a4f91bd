package dev.roster.protocol.jobs;

import static dev.roster.protocol.jobs.Rig.FIVE_SECONDS;
import static dev.roster.protocol.jobs.Rig.SECOND;
import static dev.roster.protocol.jobs.Rig.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What happens to jobs when owners come and go, writes fail, and others take jobs out. */
class JobsOwnershipTest {
    private final Rig rig = new Rig();

    private PartitionRecord owners() throws CorruptRecordException {
        return PartitionRecord.parse(rig.value(Ledger.PROGRESS, PartitionRecord.SPOT));
    }

    private ProgressRecord progress(String id) throws CorruptRecordException {
        return ProgressRecord.parse(rig.value(Ledger.PROGRESS, new Spot(0, 0, id)));
    }

    @Test
    void nothing_is_begun_before_it_is_written_who_owns_the_partition() throws Exception {
        rig.submit("t", "");
        rig.machine.owned(0, 5, rig.now);
        Reading left = rig.reading();
        rig.machine.read(left, rig.look(left), rig.now);
        assertThat(rig.machine.nextReading(rig.now)).isNull();
        rig.write(rig.flush());
        assertThat(owners().owned()).isTrue();
        rig.go();
        assertThat(rig.started).containsExactly("j000");
    }

    @Test
    void a_drain_waits_a_little_then_gives_back_without_spending_an_attempt() throws Exception {
        rig.own(0);
        rig.submit("t", "");
        rig.submit("t", "");
        rig.go();
        JobRun run = rig.running("j001");
        rig.machine.drain(0, rig.token, rig.now);
        rig.go();
        assertThat(rig.effects).contains(new JobsEffect.Warn(run, StopCause.DRAIN));
        rig.done("j000");
        rig.submit("t", "");
        rig.pass(SECOND);
        assertThat(rig.effects).contains(new JobsEffect.Interrupt(run, StopCause.DRAIN));
        assertThat(rig.machine.save(run, Bytes.utf8("half"), 50, "half", false)).isPositive();
        assertThat(rig.released).isEmpty();
        rig.fail("j001");
        assertThat(rig.released).containsExactly(0);
        assertThat(owners().owned()).isFalse();
        assertThat(rig.started).as("nothing new").containsExactly("j000", "j001");
        rig.crashAndTakeOver();
        JobRun again = rig.running("j001");
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.job().errors()).isEmpty();
        assertThat(Rig.checkpoint(again)).isEqualTo(Bytes.utf8("half"));
        assertThat(rig.counts().givenBack()).as("of the new one").isZero();
    }

    @Test
    void a_handler_that_ignores_the_drain_holds_up_the_partition_for_a_while_only() {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        rig.machine.drain(0, rig.token, rig.now);
        rig.pass(32 * SECOND);
        assertThat(rig.released).containsExactly(0);
        assertThat(rig.counts().stuck()).isEqualTo(1);
        rig.crashAndTakeOver();
        rig.pass(600 * SECOND);
        JobRun again = rig.running("j000");
        assertThat(again.attempt()).as("that it did not stop costs an attempt").isEqualTo(2);
        assertThat(again.job().errors().getFirst().message())
                .contains("did not stop within", "elsewhere");
    }

    @Test
    void what_is_lost_is_interrupted_at_once_and_counts_no_more() {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        JobRun run = rig.running("j000");
        rig.machine.lost(0, rig.token, rig.now);
        rig.go();
        assertThat(rig.effects).contains(new JobsEffect.Interrupt(run, StopCause.LOST));
        rig.done("j000");
        assertThat(rig.shelf(Ledger.WORK)).hasSize(1);
        assertThat(rig.shelf(Ledger.DONE)).isEmpty();
        assertThat(rig.machine.save(run, Bytes.EMPTY, 1, "", true)).isZero();
        assertThat(rig.machine.isIdle()).isTrue();
    }

    @Test
    void what_comes_late_before_a_regained_partition_is_written_to_be_owned_is_read() {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        JobRun run = rig.running("j000");
        assertThat(rig.machine.save(run, Bytes.utf8("half"), 50, "half", true)).isPositive();
        Flush late = rig.flush();
        rig.machine.lost(0, rig.token, rig.now);
        rig.machine.flushed(late, List.of(new Flush.Answer.Unknown("no answer")), rig.now);
        rig.running.clear();
        rig.machine.owned(0, rig.token, rig.now);
        Reading left = rig.reading();
        rig.machine.read(left, rig.look(left), rig.now);
        // Under the same token it is fenced by nothing until the turn is written.
        assertThat(rig.apply(late.batches().getFirst())).isInstanceOf(Flush.Answer.Applied.class);
        rig.pass(SECOND);
        JobRun again = rig.running("j000");
        assertThat(Rig.checkpoint(again)).isEqualTo(Bytes.utf8("half"));
        assertThat(rig.apply(late.batches().getFirst())).isInstanceOf(Flush.Answer.Refused.class);
    }

    @Test
    void who_is_fenced_drops_the_partition_and_no_other() {
        rig.own(0);
        rig.own(1);
        rig.submit("t", "");
        rig.go();
        rig.answers.add(new Flush.Answer.Fenced("another owns it"));
        rig.done("j000");
        assertThat(rig.effects)
                .anyMatch(it -> it instanceof JobsEffect.Fenced fenced && fenced.partition() == 0);
        assertThat(rig.counts().partitions()).isEqualTo(1);
        assertThat(rig.counts().succeeded()).isZero();
        assertThat(rig.counts().fenced()).isEqualTo(1);
    }

    @Test
    void a_write_whose_answer_got_lost_is_repeated_until_it_is_told() {
        rig.own(0);
        rig.submit("t", "");
        rig.submit("t", "");
        rig.go();
        rig.answers.add(new Flush.Answer.Unknown("cut"));
        rig.done("j000");
        rig.done("j001");
        rig.pass(SECOND);
        assertThat(rig.counts().succeeded()).isEqualTo(2);
        assertThat(rig.counts().cancelled()).isZero();
        assertThat(rig.shelf(Ledger.WORK)).isEmpty();
        rig.pass(10 * SECOND);
        assertThat(rig.started).hasSize(2);
    }

    @Test
    void a_retry_whose_answer_got_lost_is_one_retry() {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        rig.answers.add(new Flush.Answer.Unknown("cut"));
        rig.fail("j000");
        rig.pass(30 * SECOND);
        assertThat(rig.running("j000").attempt()).isEqualTo(2);
        assertThat(rig.shelf(Ledger.WORK)).hasSize(1);
    }

    @Test
    void a_write_that_was_not_applied_is_repeated_less_and_less_often() {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        int before = rig.flushes;
        for (int n = 0; n < 100; n++) {
            rig.answers.add(new Flush.Answer.Failed("away"));
        }
        rig.done("j000");
        rig.pass(20 * SECOND);
        assertThat(rig.flushes - before).isBetween(7, 12);
        rig.answers.clear();
        rig.pass(5 * SECOND);
        assertThat(rig.counts().succeeded()).isEqualTo(1);
    }

    @Test
    void the_end_of_a_job_that_was_taken_out_is_refused_and_the_rest_is_written() {
        rig.own(0);
        Spot spot = rig.submit("t", "");
        rig.submit("t", "");
        rig.go();
        rig.shelf(Ledger.WORK).remove(spot);
        JobRun one = rig.running("j000");
        JobRun two = rig.running("j001");
        rig.machine.ended(one, new Outcome.Done(List.of()), rig.now);
        rig.machine.ended(two, new Outcome.Done(List.of()), rig.now);
        rig.go();
        assertThat(rig.told).contains("CANCELLED j000", "SUCCEEDED j001");
        assertThat(rig.counts().succeeded()).isEqualTo(1);
    }

    @Test
    void a_running_job_that_was_taken_out_is_interrupted_when_the_owner_looks() {
        rig.concurrency = 1;
        rig.machine = rig.machine();
        rig.own(0);
        Spot running = rig.submit("t", "");
        Spot waiting = rig.submit("t", "");
        rig.submit("t", "");
        rig.go();
        rig.shelf(Ledger.WORK).remove(running);
        rig.shelf(Ledger.WORK).remove(waiting);
        rig.machine.looked(0);
        rig.go();
        assertThat(rig.effects)
                .contains(new JobsEffect.Interrupt(rig.running("j000"), StopCause.CANCELLED));
        rig.fail("j000");
        assertThat(rig.started).as("the waiting one is not begun").containsExactly("j000", "j002");
        assertThat(rig.told).contains("CANCELLED j000", "CANCELLED j001");
        assertThat(rig.counts().retried()).isZero();
    }

    @Test
    void what_jobs_save_is_written_once_a_second_and_at_once_if_they_wait() throws Exception {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        rig.pass(5 * SECOND);
        JobRun run = rig.running("j000");
        int before = rig.flushes;
        for (int n = 1; n <= 100; n++) {
            rig.machine.save(run, Bytes.utf8("c" + n), n, "", false);
            rig.pass(SECOND / 100);
        }
        assertThat(rig.flushes - before).isBetween(1, 2);
        rig.pass(SECOND);
        assertThat(progress("j000").checkpoint()).isEqualTo(Bytes.utf8("c100"));
        long sequence = rig.machine.save(run, Bytes.utf8("now"), 100, "", true);
        rig.go();
        assertThat(rig.effects).contains(new JobsEffect.Saved(run, sequence));
        assertThat(progress("j000").checkpoint()).isEqualTo(Bytes.utf8("now"));
        rig.done("j000");
        assertThat(rig.shelf(Ledger.PROGRESS)).containsOnlyKeys(PartitionRecord.SPOT);
    }

    @Test
    void the_next_attempt_has_what_the_last_one_saved() {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        rig.machine.save(rig.running("j000"), Bytes.utf8("c"), 10, "", false);
        rig.fail("j000");
        rig.pass(11 * SECOND);
        assertThat(Rig.checkpoint(rig.running("j000"))).isEqualTo(Bytes.utf8("c"));
        rig.crashAndTakeOver();
        assertThat(Rig.checkpoint(rig.running("j000"))).isEqualTo(Bytes.utf8("c"));
    }

    @Test
    void a_short_job_is_not_marked_and_a_crash_costs_it_nothing() throws Exception {
        rig.own(0);
        rig.submit("t", "");
        rig.pass(SECOND / 2);
        rig.crashAndTakeOver();
        assertThat(rig.running("j000").attempt()).isEqualTo(1);
        assertThat(owners().crashes()).hasSize(1);
    }

    @Test
    void a_long_job_is_marked_and_a_crash_counts_its_attempt() throws Exception {
        rig.own(0);
        rig.submit("t", "");
        rig.pass(3 * SECOND);
        assertThat(progress("j000").attempt()).isEqualTo(1);
        rig.crashAndTakeOver();
        assertThat(rig.running("j000").attempt()).isEqualTo(2);
        assertThat(rig.running("j000").job().errors().getFirst().message())
                .contains("process that ran it ended");
        rig.pass(700 * SECOND);
        rig.crashAndTakeOver();
        rig.pass(700 * SECOND);
        rig.crashAndTakeOver();
        assertThat(rig.running).isEmpty();
        assertThat(rig.shelf(Ledger.DEAD)).hasSize(1);
    }

    @Test
    void a_job_that_was_given_back_is_not_counted_by_a_later_crash() {
        rig.own(0);
        rig.submit("t", "");
        rig.pass(3 * SECOND);
        rig.machine.drain(0, rig.token, rig.now);
        rig.pass(SECOND);
        rig.fail("j000");
        rig.tasks.remove("t");
        rig.crashAndTakeOver();
        rig.tasks.put("t", Rig.PLAIN);
        rig.crashAndTakeOver();
        assertThat(rig.running("j000").attempt()).isEqualTo(1);
    }

    @Test
    void a_crash_is_not_forgotten_when_the_partition_then_moves_in_good_order() throws Exception {
        rig.submit("t", "");
        int crashes = -1;
        while (rig.shelf(Ledger.DEAD).isEmpty()) {
            crashes++;
            assertThat(crashes).isLessThan(10);
            rig.crashAndTakeOver();
            rig.machine.drain(0, rig.token, rig.now);
            rig.pass(2 * SECOND);
            if (!rig.running.isEmpty()) {
                rig.fail("j000");
            }
            rig.pass(SECOND);
            assertThat(owners().owned()).as("it was given up in good order").isFalse();
            rig.crashAndTakeOver();
        }
        assertThat(crashes).as("two unseen, and three attempts").isEqualTo(5);
    }

    @Test
    void a_job_that_ends_its_process_at_once_dies_alone() throws Exception {
        for (int n = 0; n < 30; n++) {
            rig.submit("t", "");
        }
        int processes = 0;
        while (rig.shelf(Ledger.DEAD).isEmpty()) {
            processes++;
            assertThat(processes).isLessThan(10);
            rig.crashAndTakeOver();
            while (!rig.running.isEmpty() && !rig.started.contains("never")) {
                JobRun run = rig.running.getFirst();
                if (run.spot().id().equals("j009")) {
                    break; // and with it the process
                }
                rig.done(run.spot().id());
            }
        }
        assertThat(processes).as("two unseen, three attempts, and the one that saw").isEqualTo(6);
        DeadRecord dead = DeadRecord.parse(rig.shelf(Ledger.DEAD).firstEntry().getValue());
        assertThat(dead.spot().id()).isEqualTo("j009");
        while (!rig.running.isEmpty()) {
            rig.done(rig.running.getFirst().spot().id());
        }
        assertThat(rig.shelf(Ledger.WORK)).isEmpty();
        assertThat(rig.shelf(Ledger.DEAD)).as("no neighbour").hasSize(1);
        assertThat(owners().crashes()).isEmpty();
    }

    @Test
    void with_care_one_is_begun_at_a_time_and_only_when_marked() {
        rig.own(0);
        rig.crashAndTakeOver();
        rig.submit("t", "");
        rig.submit("t", "");
        rig.crashAndTakeOver();
        assertThat(rig.running).hasSize(1);
        assertThat(rig.shelf(Ledger.PROGRESS)).containsKey(new Spot(0, 0, "j000"));
        rig.pass(11 * SECOND);
        assertThat(rig.running).as("it has proved harmless").hasSize(2);
    }

    @Test
    void whatever_fails_every_job_ends_once_in_the_books() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom chance = new SplittableRandom(seed);
            Rig one = new Rig();
            one.concurrency = 1 + chance.nextInt(8);
            one.prefetch = 5 + chance.nextInt(60);
            one.operations = 20 + chance.nextInt(60);
            TaskSettings.Order order = List.of(TaskSettings.Order.values()).get(chance.nextInt(3));
            one.with(new TaskSettings(chance.nextInt(4), order, 1, 4, FIVE_SECONDS, 0));
            int jobs = 20 + chance.nextInt(150);
            one.own(0);
            List<String> ended = new ArrayList<>();
            for (int n = 0; n < 4000 && (ended.size() < jobs || one.submitted < jobs); n++) {
                if (one.submitted < jobs && chance.nextInt(3) > 0) {
                    one.submit(
                            chance.nextInt(10),
                            one.now - chance.nextInt(3_000_000),
                            job("t", "k" + chance.nextInt(5)));
                }
                int fate = chance.nextInt(60);
                if (fate == 0) {
                    one.answers.add(new Flush.Answer.Unknown("cut"));
                } else if (fate == 1) {
                    one.answers.add(new Flush.Answer.Failed("away"));
                } else if (fate == 2 && chance.nextInt(4) == 0) {
                    one.crashAndTakeOver();
                } else if (fate == 3) {
                    one.machine.drain(0, one.token, one.now);
                    one.pass(2 * SECOND);
                    for (JobRun run : List.copyOf(one.running)) {
                        one.fail(run.spot().id());
                    }
                    one.pass(10 * SECOND);
                    assertThat(one.released).as("seed %d", seed).isNotEmpty();
                    one.own(0);
                }
                if (!one.running.isEmpty()) {
                    JobRun run =
                            one.running.stream()
                                    .skip(chance.nextInt(one.running.size()))
                                    .findFirst()
                                    .orElseThrow();
                    if (chance.nextInt(10) == 0) {
                        one.fail(run.spot().id());
                    } else {
                        one.done(run.spot().id());
                    }
                }
                one.pass(chance.nextLong(2 * SECOND));
                ended =
                        one.told.stream()
                                .filter(it -> it.startsWith("SUCC") || it.startsWith("DEAD"))
                                .toList();
            }
            one.pass(20 * SECOND);
            assertThat(one.shelf(Ledger.WORK)).as("seed %d: all ended", seed).isEmpty();
            assertThat(one.shelf(Ledger.PROGRESS))
                    .as("seed %d", seed)
                    .containsOnlyKeys(PartitionRecord.SPOT);
            assertThat(one.counts().waiting()).as("seed %d", seed).isZero();
            assertThat(one.counts().running()).as("seed %d", seed).isZero();
            List<String> done = new ArrayList<>();
            one.shelf(Ledger.DEAD).keySet().forEach(spot -> done.add(spot.id()));
            one.shelf(Ledger.DONE)
                    .values()
                    .forEach(value -> {
                        try {
                            DoneRecord.parse(value).lines().forEach(line -> done.add(line.id()));
                        } catch (CorruptRecordException e) {
                            throw new AssertionError(e);
                        }
                    });
            assertThat(done)
                    .as("seed %d: once in the books", seed)
                    .hasSize(jobs)
                    .doesNotHaveDuplicates();
        }
    }
}
