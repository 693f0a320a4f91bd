package dev.roster.protocol.jobs;

import static dev.roster.protocol.jobs.Rig.BEGIN;
import static dev.roster.protocol.jobs.Rig.FIVE_SECONDS;
import static dev.roster.protocol.jobs.Rig.SECOND;
import static dev.roster.protocol.jobs.Rig.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roster.Bytes;
import dev.roster.protocol.CorruptRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JobsMachineTest {
    private final Rig rig = new Rig();

    private static TaskSettings ordered(TaskSettings.Order order) {
        return new TaskSettings(0, order, 1, 3, FIVE_SECONDS, 0);
    }

    @Test
    void a_job_that_ends_well_is_taken_and_told() throws CorruptRecordException {
        rig.own(0);
        Spot spot = rig.submit("t", "");
        rig.go();
        assertThat(rig.started).containsExactly("j000");
        assertThat(rig.shelf(Ledger.WORK)).as("claiming writes nothing").containsKey(spot);
        rig.done("j000");
        assertThat(rig.shelf(Ledger.WORK)).isEmpty();
        assertThat(rig.told).containsExactly("STARTED j000", "SUCCEEDED j000");
        DoneRecord done = DoneRecord.parse(rig.shelf(Ledger.DONE).firstEntry().getValue());
        assertThat(done.lines()).hasSize(1);
        assertThat(done.lines().getFirst().state()).isEqualTo(EndState.DONE);
        rig.pass(20 * SECOND);
        assertThat(rig.started).hasSize(1);
    }

    @Test
    void what_waits_runs_by_rank_then_by_time() {
        rig.concurrency = 1;
        rig.machine = rig.machine();
        rig.submit(5, rig.now, job("t", ""));
        rig.submit(9, rig.now - 2, job("t", ""));
        rig.submit(0, rig.now, job("t", ""));
        rig.submit(5, rig.now - 1, job("t", ""));
        rig.own(0);
        for (String id : List.of("j002", "j003", "j000", "j001")) {
            rig.done(id);
        }
        assertThat(rig.started).containsExactly("j002", "j003", "j000", "j001");
    }

    @Test
    void a_rank_that_was_never_used_is_seen_at_the_next_wake() {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        rig.done("j000");
        rig.pass(10 * SECOND);
        rig.submit(2, rig.now, job("t", ""));
        rig.go();
        assertThat(rig.started).contains("j001");
    }

    @Test
    void a_job_waits_until_it_is_due_and_no_longer() {
        rig.own(0);
        rig.submit(5, rig.now + 7 * SECOND, job("t", ""));
        rig.pass(7 * SECOND - 1);
        assertThat(rig.started).isEmpty();
        rig.pass(1);
        assertThat(rig.started).containsExactly("j000");
    }

    @Test
    void many_are_finished_in_few_batches() {
        rig.concurrency = 1000;
        rig.prefetch = 1000;
        rig.machine = rig.machine();
        rig.own(0);
        for (int n = 0; n < 900; n++) {
            rig.submit("t", "");
        }
        rig.go();
        int before = rig.flushes;
        for (JobRun run : new ArrayList<>(rig.running)) {
            rig.machine.ended(run, new Outcome.Done(List.of()), rig.now);
        }
        rig.running.clear();
        rig.go();
        assertThat(rig.counts().succeeded()).isEqualTo(900);
        assertThat(rig.flushes - before).isLessThanOrEqualTo(5);
        assertThat(rig.shelf(Ledger.DONE)).hasSizeLessThanOrEqualTo(5);
    }

    @Test
    void what_was_taken_is_not_run_again_by_a_page_that_was_read_before() {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        rig.submit("t", "");
        Reading reading = rig.reading();
        List<List<Slip>> old = rig.look(reading);
        JobRun run = rig.running("j000");
        rig.machine.ended(run, new Outcome.Done(List.of()), rig.now);
        rig.write(rig.flush());
        assertThat(rig.shelf(Ledger.WORK)).hasSize(1);
        rig.machine.read(reading, old, rig.now);
        rig.go();
        assertThat(rig.started).containsExactly("j000", "j001");
        rig.pass(10 * SECOND);
        assertThat(rig.started).hasSize(2);
    }

    @Test
    void what_appears_before_what_was_read_is_found() {
        rig.own(0);
        rig.submit(5, rig.now, job("t", ""));
        rig.go();
        rig.submit(5, rig.now - 500, job("t", ""));
        rig.go();
        assertThat(rig.started).as("soon").containsExactly("j000", "j001");
        rig.submit(5, rig.now - 3600 * SECOND, job("t", ""));
        rig.pass(6 * SECOND);
        assertThat(rig.started).as("within seconds").containsExactly("j000", "j001", "j002");
    }

    @Test
    void more_than_can_be_read_ahead_is_run_nevertheless_once_each() {
        rig.concurrency = 3;
        rig.prefetch = 20;
        rig.machine = rig.machine();
        rig.own(0);
        for (int n = 0; n < 300; n++) {
            rig.submit("t", n % 2 == 0 ? "k" : "");
        }
        rig.go();
        assertThat(rig.counts().running()).isEqualTo(3);
        assertThat(rig.counts().waiting()).isBetween(10, 20);
        while (!rig.running.isEmpty()) {
            rig.done(rig.running.getFirst().spot().id());
        }
        assertThat(rig.started).hasSize(300).doesNotHaveDuplicates();
        assertThat(rig.shelf(Ledger.WORK)).isEmpty();
    }

    @Test
    void a_key_is_done_in_order_and_others_beside_it() {
        rig.with(ordered(TaskSettings.Order.BLOCK)).own(0);
        for (String key : List.of("a", "a", "b", "a", "b", "")) {
            rig.submit("t", key);
        }
        rig.go();
        assertThat(rig.started).containsExactlyInAnyOrder("j000", "j002", "j005");
        rig.done("j000");
        assertThat(rig.started).endsWith("j001");
        rig.done("j001");
        assertThat(rig.started).endsWith("j003");
    }

    @Test
    void a_key_that_blocks_waits_for_what_is_to_be_tried_again() {
        rig.with(ordered(TaskSettings.Order.BLOCK)).own(0);
        Spot first = rig.submit("t", "a");
        rig.submit("t", "a");
        rig.submit("t", "b");
        rig.go();
        rig.fail("j000");
        rig.done("j002");
        rig.pass(10 * SECOND - 1);
        assertThat(rig.started).as("base 5 s: 10 s").containsExactly("j000", "j002");
        assertThat(rig.shelf(Ledger.WORK)).as("in its place").containsKey(first);
        rig.pass(1);
        assertThat(rig.started).containsExactly("j000", "j002", "j000");
        rig.done("j000");
        assertThat(rig.started).endsWith("j001");
    }

    @Test
    void what_blocks_its_key_still_does_for_the_next_owner() {
        rig.with(ordered(TaskSettings.Order.BLOCK)).own(0);
        rig.submit("t", "a");
        rig.submit("t", "a");
        rig.go();
        rig.fail("j000");
        rig.crashAndTakeOver();
        rig.pass(9 * SECOND);
        assertThat(rig.started).containsExactly("j000");
        rig.pass(SECOND);
        assertThat(rig.started).containsExactly("j000", "j000");
        assertThat(rig.running("j000").attempt()).isEqualTo(2);
    }

    @Test
    void a_key_that_skips_goes_on_with_the_next() {
        rig.with(ordered(TaskSettings.Order.SKIP)).own(0);
        rig.submit("t", "a");
        rig.submit("t", "a");
        rig.go();
        rig.fail("j000");
        assertThat(rig.started).containsExactly("j000", "j001");
        rig.done("j001");
        rig.pass(10 * SECOND);
        assertThat(rig.started).containsExactly("j000", "j001", "j000");
    }

    @Test
    void a_key_with_many_jobs_leaves_room_for_others() {
        rig.with(ordered(TaskSettings.Order.BLOCK));
        for (int n = 0; n < 500; n++) {
            rig.submit("t", "a");
        }
        rig.submit("t", "b");
        rig.own(0);
        // What came just now, and is not on the first page, is read again before it may begin.
        rig.pass(SECOND);
        assertThat(rig.started).containsExactly("j000", "j500");
        for (int n = 0; n < 500; n++) {
            rig.done("j%03d".formatted(n));
        }
        rig.started.remove("j500");
        assertThat(rig.started).hasSize(500).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void two_of_a_key_may_run_at_once_if_that_is_said() {
        rig.with(new TaskSettings(0, TaskSettings.Order.SKIP, 2, 3, FIVE_SECONDS, 0)).own(0);
        for (int n = 0; n < 4; n++) {
            rig.submit("t", "a");
        }
        rig.go();
        assertThat(rig.running).hasSize(2);
        rig.done("j000");
        assertThat(rig.running).hasSize(2);
    }

    @Test
    void a_task_runs_no_more_at_once_than_it_may_and_holds_up_no_other() {
        rig.tasks.put("u", Rig.PLAIN);
        rig.with(new TaskSettings(2, TaskSettings.Order.NONE, 1, 3, FIVE_SECONDS, 0));
        for (int n = 0; n < 300; n++) {
            rig.submit("t", "");
        }
        rig.submit("u", "");
        rig.own(0);
        assertThat(rig.started).containsExactlyInAnyOrder("j000", "j001", "j300");
        rig.done("j300");
        while (!rig.running.isEmpty()) {
            assertThat(rig.running).hasSizeLessThanOrEqualTo(2);
            rig.done(rig.running.getFirst().spot().id());
        }
        assertThat(rig.started).hasSize(301).doesNotHaveDuplicates();
    }

    @Test
    void the_wait_doubles_and_then_it_is_dead() throws CorruptRecordException {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        List<Long> waits = new ArrayList<>();
        for (int attempt = 1; attempt < 3; attempt++) {
            rig.fail("j000");
            long failed = rig.now;
            while (rig.running.isEmpty()) {
                rig.pass(SECOND);
            }
            waits.add((rig.now - failed) / SECOND);
            assertThat(rig.running("j000").attempt()).isEqualTo(attempt + 1);
        }
        assertThat(waits).containsExactly(10L, 20L);
        rig.fail("j000");
        assertThat(rig.shelf(Ledger.WORK)).isEmpty();
        DeadRecord dead = DeadRecord.parse(rig.shelf(Ledger.DEAD).firstEntry().getValue());
        assertThat(dead.why()).isEqualTo("no good");
        JobRecord job = JobRecord.parse(dead.job());
        assertThat(job.errors()).extracting(JobError::attempt).containsExactly(1, 2, 3);
        assertThat(job.errors()).extracting(JobError::member).containsOnly("m");
        assertThat(rig.told).endsWith("DEAD j000");
    }

    @Test
    void chance_takes_from_the_wait_and_never_adds() {
        Backoff full = new Backoff(5 * SECOND, 600 * SECOND, 1);
        assertThat(full.delay(1, 0)).isEqualTo(10 * SECOND);
        assertThat(full.delay(1, 0.5)).isEqualTo(5 * SECOND);
        assertThat(full.delay(3, 0)).isEqualTo(40 * SECOND);
        assertThat(full.delay(200, 0)).isEqualTo(600 * SECOND);
        assertThat(new Backoff(Long.MAX_VALUE / 2, Long.MAX_VALUE, 0).delay(9, 0)).isPositive();
    }

    @Test
    void a_failure_for_good_is_not_tried_again() {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        rig.end("j000", new Outcome.Failed("never", "", true));
        assertThat(rig.shelf(Ledger.DEAD)).hasSize(1);
    }

    @Test
    void an_unknown_task_stays_and_holds_up_nobody() {
        rig.own(0);
        for (int n = 0; n < 250; n++) {
            rig.submit("other", "");
        }
        rig.submit("t", "");
        rig.go();
        assertThat(rig.started).containsExactly("j250");
        assertThat(rig.machine.unknownTasks()).containsExactly("other");
        assertThat(rig.shelf(Ledger.WORK)).hasSize(251);
        rig.tasks.put("other", Rig.PLAIN);
        rig.concurrency = 1000;
        rig.prefetch = 1000;
        rig.crashAndTakeOver();
        assertThat(rig.running).hasSize(251);
    }

    @Test
    void what_cannot_be_read_is_put_aside() throws CorruptRecordException {
        Spot spot = rig.submit("t", "");
        rig.submit("t", "");
        rig.shelf(Ledger.WORK).put(spot, Bytes.utf8("nonsense"));
        rig.own(0);
        assertThat(rig.started).containsExactly("j001");
        DeadRecord dead = DeadRecord.parse(rig.shelf(Ledger.DEAD).firstEntry().getValue());
        assertThat(dead.why()).startsWith("unreadable");
        assertThat(dead.job()).isEqualTo(Bytes.utf8("nonsense"));
    }

    @Test
    void what_is_too_late_is_not_begun() {
        JobRecord job =
                new JobRecord(
                        "t",
                        "",
                        "",
                        Bytes.EMPTY,
                        new TreeMap<>(),
                        BEGIN,
                        0,
                        rig.now - 1,
                        0,
                        0,
                        0,
                        List.of());
        rig.submit(5, rig.now - 2, job);
        rig.own(0);
        assertThat(rig.started).isEmpty();
        assertThat(rig.told).containsExactly("EXPIRED j000");
        assertThat(rig.shelf(Ledger.WORK)).isEmpty();
    }

    @Test
    void a_job_that_runs_too_long_is_interrupted_and_tried_again() {
        rig.with(new TaskSettings(0, TaskSettings.Order.NONE, 1, 3, FIVE_SECONDS, 2 * SECOND));
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        rig.pass(2 * SECOND);
        assertThat(rig.effects)
                .contains(new JobsEffect.Interrupt(rig.running("j000"), StopCause.TIMEOUT));
        rig.fail("j000");
        rig.pass(11 * SECOND);
        JobError error = rig.running("j000").job().errors().getFirst();
        assertThat(error.message()).contains("longer than 2000 ms");
    }

    @Test
    void a_handler_that_does_not_stop_loses_its_place() {
        rig.concurrency = 1;
        rig.with(new TaskSettings(0, TaskSettings.Order.NONE, 1, 3, FIVE_SECONDS, 2 * SECOND));
        rig.own(0);
        rig.submit("t", "");
        rig.submit("t", "");
        rig.pass(33 * SECOND);
        assertThat(rig.started).containsExactly("j000", "j001");
        assertThat(rig.counts().stuck()).isEqualTo(1);
        assertThat(rig.told).contains("STUCK j000", "RETRIED j000");
        rig.done("j000");
        assertThat(rig.counts().succeeded()).as("too late to count").isZero();
    }

    @Test
    void pausing_the_queue_and_a_task() {
        rig.tasks.put("u", Rig.PLAIN);
        rig.machine = rig.machine();
        rig.own(0);
        rig.machine.paused(true, Set.of(), rig.now);
        rig.submit("t", "");
        rig.submit("u", "");
        rig.pass(10 * SECOND);
        assertThat(rig.started).isEmpty();
        rig.machine.paused(false, Set.of("t"), rig.now);
        rig.go();
        assertThat(rig.started).containsExactly("j001");
        rig.machine.paused(false, Set.of(), rig.now);
        rig.go();
        assertThat(rig.started).containsExactly("j001", "j000");
    }

    @Test
    void no_more_are_begun_in_a_second_than_the_owners_share_of_the_rate() {
        rig.own(0);
        rig.machine.rate(8, rig.now); // of which one of four partitions has 2
        for (int n = 0; n < 50; n++) {
            rig.submit("t", "");
        }
        rig.concurrency = 100;
        long end = rig.now + 10 * SECOND;
        while (rig.now < end) {
            rig.pass(SECOND / 10);
            while (!rig.running.isEmpty()) {
                rig.done(rig.running.getFirst().spot().id());
            }
        }
        assertThat(rig.started).hasSizeBetween(18, 23);
    }

    @Test
    void what_goes_along_is_written_with_the_end() {
        rig.own(0);
        rig.submit("t", "");
        rig.go();
        Spot next = new Spot(5, rig.now, "next");
        Step put = new Step.Put(0, Ledger.WORK, next, job("t", "").toBytes());
        rig.end("j000", new Outcome.Done(List.of(put)));
        rig.machine.woken(0);
        rig.go();
        assertThat(rig.started).containsExactly("j000", "next");
    }

    @Test
    void nothing_is_kept_of_jobs_that_ended() {
        rig.with(new TaskSettings(0, TaskSettings.Order.BLOCK, 1, 3, FIVE_SECONDS, 3600 * SECOND));
        rig.own(0);
        for (int n = 0; n < 300; n++) {
            rig.submit("t", "k" + n);
            rig.go();
            String id = "j%03d".formatted(n);
            rig.machine.save(rig.running(id), Bytes.utf8("c"), 1, "", true);
            rig.go();
            if (n % 3 == 0) {
                rig.fail(id);
                rig.pass(11 * SECOND);
            }
            rig.done(id);
        }
        Part part = rig.machine.parts.values().iterator().next();
        assertThat(part.live).isEmpty();
        assertThat(part.saved).isEmpty();
        assertThat(part.recounted).isEmpty();
        assertThat(part.lanes).isEmpty();
        assertThat(part.leftovers).isEmpty();
        JobRun ended = new JobRun(part, new Spot(5, 0, "x"), job("t", ""), null, null, 0);
        ended.state = JobRun.State.OVER;
        for (int n = 0; n < 5 * Alarms.SWEEP_LEAST; n++) {
            rig.machine.alarms.set(rig.now + 3600 * SECOND, Alarms.Kind.TIMEOUT, ended);
        }
        assertThat(rig.machine.alarms.size()).isLessThanOrEqualTo(Alarms.SWEEP_LEAST);
    }

    @Test
    void jobs_of_a_key_do_not_wait_for_a_task_that_rests() {
        rig.tasks.put("u", ordered(TaskSettings.Order.BLOCK));
        rig.with(ordered(TaskSettings.Order.BLOCK)).own(0);
        rig.concurrency = 1;
        rig.machine = rig.machine();
        rig.own(0);
        rig.submit("u", "other");
        rig.submit("t", "k");
        rig.submit("u", "k");
        rig.go();
        assertThat(rig.started).containsExactly("j000");
        rig.machine.paused(false, Set.of("t"), rig.now);
        rig.done("j000");
        assertThat(rig.started).containsExactly("j000", "j002");
    }
}
